"""Same problem when the sentences mean nearly the same, or mean much the same in many of the same words."""

from survey.tasks import IssuesMerged, MergeIssues


def reply(task: MergeIssues) -> IssuesMerged:
    same = [p.id for p in task.pairs if p.similarity >= 0.75 or (p.similarity >= 0.58 and p.overlap >= 0.35)]
    return IssuesMerged(same=tuple(same))

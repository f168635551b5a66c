"""Same problem when the sentences mean nearly the same, or mean much the same and share their telling words both ways."""

from survey.tasks import IssuesMerged, MergeIssues


def reply(task: MergeIssues) -> IssuesMerged:
    same = [p.id for p in task.pairs if p.similarity >= 0.75 or p.nearness >= 0.8]
    return IssuesMerged(same=tuple(same))

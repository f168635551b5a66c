"""Papers whose parts are marked: JATS, TEI, web pages, Word documents."""

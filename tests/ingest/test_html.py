"""HTML: the paper on the page, without the page around it."""

from __future__ import annotations

import pytest

from pipeline.ingest import sniff
from pipeline.ingest.html import read
from pipeline.ingest.reading import Reading
from pipeline.records import MediaType, PaperError

ITEM_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Agenda for Harbour Board on Tuesday, 4th March, 2025</title>
<style>p {color: red}</style><script>var tracking = 1;</script></head>
<body class="with-sidebar"><div id="cookie-banner">We use cookies</div>
<div class="breadcrumb">Home &gt; Council</div><nav>Your council</nav>
<div class="mgContent">
<h1 class="mgMainTitleTxt">Agenda and minutes</h1>
<h2 class="mgSubTitleTxt">Harbour Board - Tuesday, 4th March, 2025 2.00 pm</h2>
<p><span class="mgLabel">Venue: </span>Quay House</p>
<table class="mgItemTable"><tr><th>No.</th><th>Item</th></tr>
<tr><td class="mgItemNumberCell"><p class="mgAiTitleTxt"><a name="AI1"></a>7.</p></td>
<td><p class="mgAiTitleTxt">Dredging <a href="documents/s1.pdf"><img alt="PDF" src="p.gif">pdf icon PDF 98 KB</a></p>
<ul class="mgActionList"><li><a href="ieDecisionDetails.aspx?AIId=1">View the decision for item 7.</a></li></ul>
<div class="mgWordPara"><p>To receive the report.</p></div>
<p class="mgSubItemTitleTxt">Additional documents:</p>
<ul class="mgBulletList"><li><a href="documents/s2.pdf">Appendix A</a> pdf icon PDF 2 MB</li></ul>
<p class="mgSubItemTitleTxt">Decision:</p>
<div class="mgWordPara"><p>&lt;AI1&gt;</p><p><b>R E S O L V E D</b> – That the report be noted.</p></div>
<p class="mgSubItemTitleTxt">Minutes:</p>
<div class="mgWordPara"><p class="MsoNormal">The Harbour
 Master said that soft&shy;ware&#8203; would be bought.</p>
<p>&middot;&nbsp;&nbsp;&nbsp;&nbsp; The crane would be mended.</p>
<ol type="a"><li>that officers report back</li><li><p>that the fee be waived</p></li></ol></div></td></tr></table>
</div><div id="footer">Contact us</div></body></html>"""


def of_page(source: str) -> Reading:
    return read(source.encode(), "page.html")


def lines(reading: Reading) -> list[tuple[str, str]]:
    return [(block.kind.value, reading.text[block.span.start : block.span.end]) for block in reading.blocks]


def test_a_committee_page_reads_as_minutes() -> None:
    assert lines(of_page(ITEM_PAGE)) == [
        ("heading", "Agenda and minutes"),
        ("heading", "Harbour Board - Tuesday, 4th March, 2025 2.00 pm"),
        ("paragraph", "Venue: Quay House"),
        ("heading", "7. Dredging"),
        ("paragraph", "To receive the report."),
        ("heading", "Decision:"),
        ("paragraph", "RESOLVED – That the report be noted."),
        ("heading", "Minutes:"),
        ("paragraph", "The Harbour Master said that software would be bought."),
        ("list-item", "• The crane would be mended."),
        ("list-item", "a. that officers report back"),
        ("list-item", "b. that the fee be waived"),
    ]


def test_markdown_that_is_marked_up_in_html_reads_as_its_page() -> None:
    page = (
        "---\ntitle: 'Pump Board minutes'\ndate: 2012-01-26\n---\n\n**Present** Jo Ash\n\n"
        "<h3>1. Pumps</h3><ul><li>Clerk to order one.</li><li>None were <em>lost</em>.</li></ul><p>All was well.</p>"
    )
    assert sniff(page.encode(), "page.md") is MediaType.HTML
    assert lines(read(page.encode(), "page.md")) == [
        ("heading", "Pump Board minutes"),
        ("paragraph", "Present Jo Ash"),
        ("heading", "1. Pumps"),
        ("list-item", "• Clerk to order one."),
        ("list-item", "• None were lost."),
        ("paragraph", "All was well."),
    ]


def test_an_item_page_without_headings_takes_the_title() -> None:
    page = "<html><head><title>Agenda item - Moorings</title></head><body><p>The fee was set.</p></body></html>"
    assert of_page(page).text == "Agenda item - Moorings\nThe fee was set."


def test_attached_files_are_no_words_of_the_paper() -> None:
    page = """<body><h1>Moorings</h1><p>The fee was set.</p><p>Additional documents:</p><p>Appendix A PDF 98 KB</p>
    <p>Noted.</p><p>Supporting documents: Drawings PDF 2 MB</p></body>"""
    assert of_page(page).text == "Moorings\nThe fee was set.\nNoted."


FURNITURE = {
    "navigation": "<nav>About us</nav>",
    "role": '<div role="navigation">About us</div>',
    "class": '<ul class="main-menu"><li>About us</li></ul>',
    "banner": '<div id="CookieConsent" class="cookie-notice">About us</div>',
    "script": "<script>About us</script>",
    "hidden": '<p style="display: none">About us</p>',
    "comment": "<!-- About us -->",
    "form": "<select><option>About us</option></select>",
    "top of page": '<a href="#top">Back to top</a>',
}


@pytest.mark.parametrize("name", FURNITURE)
def test_what_is_not_the_paper_goes_and_what_follows_it_stays(name: str) -> None:
    page = f"<body><h1>Minutes</h1><p>The pump was mended.</p>{FURNITURE[name]}<p>The pond was deep.</p></body>"
    assert of_page(page).text == "Minutes\nThe pump was mended.\nThe pond was deep."


def test_a_page_that_is_all_menu_is_still_read() -> None:
    page = '<body><h1>Minutes</h1><div class="search-results"><p>The pump was mended at last.</p></div></body>'
    assert of_page(page).text == "Minutes\nThe pump was mended at last."


ENCODINGS = {
    "declared": ("windows-1252", '<meta charset="windows-1252">'),
    "declared Latin-1, meant Windows": (
        "cp1252",
        '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
    ),
    "undeclared": ("utf-8", ""),
    "by its mark": ("utf-16", ""),
    "declared wrongly": ("utf-8", '<meta charset="iso-8859-1">'),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_character_sets(name: str) -> None:
    encoding, declaration = ENCODINGS[name]
    page = f"<html><head>{declaration}</head><body><h1>Minutes</h1><p>The Clerk’s fee is £5 – agreed.</p></body></html>"
    assert read(page.encode(encoding), "page.html").text == "Minutes\nThe Clerk’s fee is £5 – agreed."


def test_a_table_of_data_keeps_its_columns() -> None:
    page = """<body><h1>Actions</h1><table><thead><tr><th>Action</th><th>Owner</th><th>Status</th></tr></thead>
    <tr><td>Mend the gate</td><td rowspan="2">Clerk</td><td>Done</td></tr>
    <tr><td>Paint the gate</td><td>Open</td></tr></table></body>"""
    reading = of_page(page)
    assert reading.text.splitlines()[1:] == [
        "Action\tOwner\tStatus",
        "Mend the gate\tClerk\tDone",
        "Paint the gate\t\tOpen",
    ]
    assert [cell.header for cell in reading.blocks[-1].cells] == ["Action", "Owner", "Status"]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("<ol><li>one</li><li value='5'>two</li><li>three</li></ol>", ["1. one", "5. two", "6. three"]),
        ("<ol start='3' type='i'><li>one</li></ol>", ["iii. one"]),
        ("<ul><li>one<ul><li>two</li></ul></li></ul>", ["• one", "• two"]),
        ("<ul style='list-style-type: none'><li>one</li></ul>", ["one"]),
        ("<ul><li>(a) one</li></ul>", ["(a) one"]),
    ],
)
def test_lists_print_their_labels(listed: str, expected: list[str]) -> None:
    assert of_page(f"<body><h1>Minutes</h1>{listed}</body>").text.splitlines()[1:] == expected


def test_nesting_is_the_level() -> None:
    reading = of_page("<body><ul><li>one<ul><li>two</li></ul></li><li>three</li></ul></body>")
    assert [block.level for block in reading.blocks] == [1, 2, 1]


def test_tag_soup_is_read() -> None:
    assert of_page("<p>The <b>pump<p>was</b> mended.<td>Noted").text == "The pump\nwas mended.\nNoted"


@pytest.mark.parametrize("depth", [300, 5_000])
def test_a_page_nested_without_end_is_one_sentence(depth: int) -> None:
    with pytest.raises(PaperError, match=r"^page\.html: is nested deeper .*\.$"):
        of_page("<body>" + "<div>" * depth + "Noted.")


@pytest.mark.parametrize("page", ["<html><body><script>render()</script></body></html>", "<html></html>"])
def test_a_page_without_text_is_one_sentence(page: str) -> None:
    with pytest.raises(PaperError, match=r"^page\.html: holds no text .* print it to PDF\.$"):
        of_page(page)

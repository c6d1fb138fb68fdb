"""What of a MediaWiki page is prose, and that the rest is counted."""

from collections import Counter

from pngnw.clean import wiki

PAGE = """{{Infobox|name=Fox}}
[[File:fox.jpg|thumb|A [[fox]]]]
A '''fox''' is a [[canid|small animal]]<ref name="a">Smith.</ref> of 5&nbsp;kg ({{IPA|x}}; a pet).
It runs {{convert|5|km|mi}} a day.<!-- really -->
{| class="wikitable"
! Name !! Size
|-
| red || 5
|}
== Habits ==
* It sleeps.
* Short item
[http://example.org A link] remains.

== References ==
{{reflist}}
Smith, A book.
[[Category:Foxes]]
"""


def test_prose_is_kept_and_markup_is_counted() -> None:
    counts: Counter[str] = Counter()
    assert wiki.lines(PAGE, counts) == [
        "A fox is a small animal of 5 kg (a pet).",
        "It runs 5 km a day.",
        "= Habits",
        "It sleeps.",
        "A link remains.",
        "= References",
    ]
    assert counts["dropped.list"] == 1
    assert counts["dropped.back_matter"] == 1
    # infobox, file, ref, IPA, comment, table, reflist, category
    assert counts["dropped.markup"] == 8
    assert counts["lines_in"] == sum(n for key, n in counts.items() if key.startswith("dropped"))

"""Packs a MediaWiki XML dump as a multistream .bz2 with its index, 100 pages a stream, as Wikimedia publishes them.

    python3 scripts/wiki/make-multistream.py dump.xml OUT-STEM [pages a stream]

writes OUT-STEM-multistream.xml.bz2 and OUT-STEM-multistream-index.txt.bz2.
"""
import bz2
import re
import sys

source, stem = sys.argv[1:3]
size = int(sys.argv[3]) if len(sys.argv) > 3 else 100
dump = open(source, encoding="utf8").read()
head = dump[: dump.index("  <page>")]
pages = re.findall(r"  <page>.*?</page>\n", dump, re.S)
index = []
with open(f"{stem}-multistream.xml.bz2", "wb") as out:
    out.write(bz2.compress(head.encode()))
    for first in range(0, len(pages), size):
        offset = out.tell()
        block = pages[first : first + size]
        for page in block:
            number = re.search(r"<id>(\d+)</id>", page)[1]
            title = re.search(r"<title>(.*?)</title>", page)[1]
            index.append(f"{offset}:{number}:{title}\n")
        out.write(bz2.compress("".join(block).encode()))
    out.write(bz2.compress(b"</mediawiki>\n"))
with open(f"{stem}-multistream-index.txt.bz2", "wb") as out:
    out.write(bz2.compress("".join(index).encode()))

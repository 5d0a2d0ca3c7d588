"""Small files of shops, written cell by cell, so that a test says only what is different."""

import csv
import io
from collections.abc import Iterable, Mapping

from seba.domain.shop_files import CATALOGUE, CATEGORIES, KINDS, PRODUCTS, SHOPS

DAIRY = {"id": "dairy", "name_en": "Milk and eggs", "name_bn": "দুধ ও ডিম", "name_hi": "दूध और अंडे", "picture": "🥛"}
MILK = {
    "code": "ML1", "category": "dairy", "name_en": "Amul Taaza milk", "name_bn": "আমুল তাজা দুধ",
    "name_hi": "अमूल ताज़ा दूध", "size_en": "500 ml", "size_bn": "৫০০ মিলি", "size_hi": "500 मिली", "picture": "🥛",
    "price": "27.50", "words": "dudh | doodh | দুধ",
}  # fmt: skip
EGGS = {
    "code": "EG6", "category": "dairy", "name_en": "Eggs", "name_bn": "ডিম", "name_hi": "अंडे", "size_en": "6 pieces",
    "size_bn": "৬টি", "size_hi": "6 नग", "picture": "🥚", "price": "48",
}  # fmt: skip
PANEER = {
    "code": "PN1", "category": "dairy", "name_en": "Loose paneer", "name_bn": "খোলা পনির", "name_hi": "खुला पनीर",
    "size_en": "1 kg", "size_bn": "১ কেজি", "size_hi": "1 किलो", "picture": "🧀", "price": "380", "weighed": "yes",
}  # fmt: skip
STORES = {
    "id": "3F8KQ", "kind": "shop", "name_en": "Ma Tara Stores", "name_bn": "মা তারা স্টোর্স", "name_hi": "मा तारा स्टोर्स",
    "address_en": "12 Gariahat Road", "address_bn": "১২ গড়িয়াহাট রোড", "address_hi": "12 गड़ियाहाट रोड",
    "pins": "700019", "lat": "22.5186", "lon": "88.3657", "opens": "7:30", "closes": "21:00", "days": "123456",
    "phone": "98300 12345", "whatsapp": "9830012345 919830012346", "language": "hi",
}  # fmt: skip
HAWKER = STORES | {
    "id": "", "kind": "hawker", "name_en": "Rafiq", "name_bn": "রফিক", "name_hi": "रफ़ीक", "address_en": "",
    "address_bn": "", "address_hi": "", "whatsapp": "", "language": "", "days": "", "phone": "",
}  # fmt: skip


def file_of(kind: str, rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file with all columns of its kind; cells that are not given are empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, KINDS[kind], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def categories_file(*rows: Mapping[str, str]) -> bytes:
    """Categories; dairy when none is given."""
    return file_of(CATEGORIES, rows or (DAIRY,))


def products_file(*rows: Mapping[str, str]) -> bytes:
    """Products; three of dairy when none is given."""
    return file_of(PRODUCTS, rows or (MILK, EGGS, PANEER))


def shops_file(*rows: Mapping[str, str]) -> bytes:
    """Shops; one when none is given."""
    return file_of(SHOPS, rows or (STORES,))


def catalogue_file(*rows: Mapping[str, str]) -> bytes:
    """What a shop sells."""
    return file_of(CATALOGUE, rows)

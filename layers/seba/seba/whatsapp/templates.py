"""The templates Seba needs outside the 24 hours, in Bengali, Hindi and English, as data.

All are of the category UTILITY: each tells about something the citizen (or the centre's desk) has asked for, and
nothing in them advertises, because Meta bills a reclassified one at more than seven times the price. Placeholders are
named, stand free (no suffix is ever glued to one) and never at the beginning or the end of a text, which Meta refuses.

Those about orders and shops are in `order_templates`.
"""

from typing import Final

from seba.whatsapp.order_templates import ORDER_TEMPLATES
from seba.whatsapp.template import NoSuchTemplate, Template

__all__ = ["TEMPLATES", "NoSuchTemplate", "Template", "template"]

APPOINTMENT_REMINDER: Final = "appointment_reminder"
APPOINTMENT_CHANGED: Final = "appointment_changed"
DAY_LIST: Final = "day_list"
MESSAGE_WAITING: Final = "message_waiting"
PLACE_OPEN: Final = "place_open"
PLACE_HELD: Final = "place_held"
DRAW_OPEN: Final = "draw_open"
DRAW_WON: Final = "draw_won"
DRAW_LOST: Final = "draw_lost"
SESSION_MOVED: Final = "session_moved"
SESSION_CANCELLED: Final = "session_cancelled"

_VISIT_EN: Final = (
    ("person", "Rina Das"),
    ("day", "Tuesday 23 November"),
    ("time", "9 – 11 am"),
    ("centre", "Ward 68 Health Centre"),
    ("reference", "4F7K2M-9QXT"),
)
_VISIT_BN: Final = (
    ("person", "রিনা দাস"),
    ("day", "মঙ্গলবার ২৩ নভেম্বর"),
    ("time", "সকাল ৯টা – ১১টা"),
    ("centre", "ওয়ার্ড ৬৮ সেন্টার"),
    ("reference", "4F7K2M-9QXT"),
)
_VISIT_HI: Final = (
    ("person", "रीना दास"),
    ("day", "मंगलवार 23 नवंबर"),
    ("time", "सुबह 9 – 11 बजे"),
    ("centre", "वार्ड 68 केंद्र"),
    ("reference", "4F7K2M-9QXT"),
)
_PLACE_EN: Final = _VISIT_EN[:4]
_PLACE_BN: Final = _VISIT_BN[:4]
_PLACE_HI: Final = _VISIT_HI[:4]
_UNTIL_EN: Final = ("until", "Tuesday 23 November, 10:12 am")
_UNTIL_BN: Final = ("until", "মঙ্গলবার ২৩ নভেম্বর, সকাল ১০:১২")
_UNTIL_HI: Final = ("until", "मंगलवार 23 नवंबर, सुबह 10:12 बजे")
_VISIT_BUTTONS_EN: Final = ("Show the way", "Change or cancel")
_VISIT_BUTTONS_BN: Final = ("পথ দেখান", "বদল বা বাতিল")
_VISIT_BUTTONS_HI: Final = ("रास्ता दिखाएँ", "बदलें या रद्द करें")

TEMPLATES: Final = (
    Template(
        APPOINTMENT_REMINDER,
        "en",
        "A reminder of the booking for {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "Booking no. {{reference}}. Please bring the same ID card (hard copy) that was given when booking.",
        _VISIT_EN,
        _VISIT_BUTTONS_EN,
    ),
    Template(
        APPOINTMENT_REMINDER,
        "bn",
        "মনে করিয়ে দিচ্ছি, {{person}}: বুকিং আছে\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "বুকিং নম্বর {{reference}}। বুকিংয়ের সময় যে পরিচয়পত্র দেওয়া হয়েছিল, সেটাই (হার্ড কপি) সঙ্গে আনবেন।",
        _VISIT_BN,
        _VISIT_BUTTONS_BN,
    ),
    Template(
        APPOINTMENT_REMINDER,
        "hi",
        "याद दिला दें, {{person}}: बुकिंग है\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "बुकिंग नंबर {{reference}}। बुकिंग में जो पहचान-पत्र दिया गया था, वही (हार्ड कॉपी) साथ लाएँ।",
        _VISIT_HI,
        _VISIT_BUTTONS_HI,
    ),
    Template(
        APPOINTMENT_CHANGED,
        "en",
        "The booking for {{person}} has been moved. It is now:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "Booking no. {{reference}} is still valid. Sorry for the trouble; if this does not suit you, tap below.",
        _VISIT_EN,
        _VISIT_BUTTONS_EN,
    ),
    Template(
        APPOINTMENT_CHANGED,
        "bn",
        "বুকিং বদলে গেছে। {{person}}: এখন বুকিং আছে\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "বুকিং নম্বর {{reference}} একই আছে। অসুবিধার জন্য মাফ করবেন; এই সময়ে না হলে নিচে টিপে জানান।",
        _VISIT_BN,
        _VISIT_BUTTONS_BN,
    ),
    Template(
        APPOINTMENT_CHANGED,
        "hi",
        "बुकिंग बदल गई है। {{person}}: अब बुकिंग है\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "बुकिंग नंबर {{reference}} वही है। परेशानी के लिए माफ़ कीजिए; यह समय ठीक न हो तो नीचे दबाकर बताएँ।",
        _VISIT_HI,
        _VISIT_BUTTONS_HI,
    ),
    Template(
        DAY_LIST,
        "en",
        "The list of the day is here 📋\n"
        "📍 {{centre}}\n"
        "🗓 {{date}}, booked: {{people}}\n"
        "Please print it or keep it on the phone. Tap below so that we know it has reached you.",
        (("centre", "Ward 68 Health Centre"), ("date", "Tuesday 23 November"), ("people", "48")),
        ("Got the list",),
        document=True,
    ),
    Template(
        DAY_LIST,
        "bn",
        "দিনের তালিকা পাঠালাম 📋\n"
        "📍 {{centre}}\n"
        "🗓 {{date}}, বুকিং আছে {{people}} জনের\n"
        "ছাপিয়ে নিন বা ফোনে রাখুন। পেয়ে গেলে নিচে টিপে জানান।",
        (("centre", "ওয়ার্ড ৬৮ সেন্টার"), ("date", "মঙ্গলবার ২৩ নভেম্বর"), ("people", "৪৮")),
        ("তালিকা পেয়েছি",),
        document=True,
    ),
    Template(
        DAY_LIST,
        "hi",
        "दिन की सूची भेजी है 📋\n"
        "📍 {{centre}}\n"
        "🗓 {{date}}, कुल बुकिंग: {{people}}\n"
        "छपवा लें या फ़ोन में रखें। मिल जाए तो नीचे दबाकर बताएँ।",
        (("centre", "वार्ड 68 केंद्र"), ("date", "मंगलवार 23 नवंबर"), ("people", "48")),
        ("सूची मिल गई",),
        document=True,
    ),
    Template(
        MESSAGE_WAITING,
        "en",
        "Hello! There is an answer for you from {{service}}. Write Hi here and you can read it.",
        (("service", "Kolkata vaccination desk"),),
    ),
    Template(
        MESSAGE_WAITING,
        "bn",
        "নমস্কার! {{service}} থেকে আপনার একটা উত্তর এসেছে। এখানে ‘হাই’ লিখলেই পড়তে পারবেন।",
        (("service", "কলকাতা টিকা ডেস্ক"),),
    ),
    Template(
        MESSAGE_WAITING,
        "hi",
        "नमस्ते! {{service}} से आपके लिए एक जवाब आया है। यहाँ ‘हाय’ लिखें, जवाब मिल जाएगा।",
        (("service", "कोलकाता टीका डेस्क"),),
    ),
    Template(
        PLACE_OPEN,
        "en",
        "You asked to be told: there is room near you. For {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "Nothing is booked or held yet. Tap below to book it.",
        _PLACE_EN,
        ("Yes, book it", "Other time", "Don't write to me"),
    ),
    Template(
        PLACE_OPEN,
        "bn",
        "আপনি জানাতে বলেছিলেন: কাছেই টিকার জায়গা আছে। {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "এখনও বুকিং হয়নি, জায়গাটা ধরেও রাখা নেই। বুক করতে নিচে টিপুন।",
        _PLACE_BN,
        ("হ্যাঁ, বুক করুন", "অন্য সময়", "আর জানাতে হবে না"),
    ),
    Template(
        PLACE_OPEN,
        "hi",
        "आपने ख़बर देने को कहा था: पास में टीके की जगह है। {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "अभी बुकिंग नहीं हुई, जगह रोककर भी नहीं रखी गई। बुक करने को नीचे दबाएँ।",
        _PLACE_HI,
        ("हाँ, बुक करें", "दूसरा समय", "ख़बर नहीं चाहिए"),
    ),
    Template(
        PLACE_HELD,
        "en",
        "You are on the waiting list, and a place has come free for {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "It is held for you until {{until}}, then it goes to the next. Tap below.",
        (*_PLACE_EN, _UNTIL_EN),
        ("Yes, book it", "No, not this one", "Don't write to me"),
    ),
    Template(
        PLACE_HELD,
        "bn",
        "টিকার জন্য অপেক্ষার তালিকায় নাম আছে, একটা জায়গা খালি হয়েছে। {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "আপনার জন্য ধরে রাখা আছে {{until}} পর্যন্ত, তারপর পরের জন পাবেন। নিচে টিপে জানান।",
        (*_PLACE_BN, _UNTIL_BN),
        ("হ্যাঁ, বুক করুন", "না, এটা নয়", "আর জানাতে হবে না"),
    ),
    Template(
        PLACE_HELD,
        "hi",
        "टीके की वेटिंग लिस्ट में नाम है, एक जगह खाली हुई है। {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "आपके लिए {{until}} तक रोककर रखी है, फिर अगले व्यक्ति को मिलेगी। नीचे दबाकर बताएँ।",
        (*_PLACE_HI, _UNTIL_HI),
        ("हाँ, बुक करें", "नहीं, यह नहीं", "ख़बर नहीं चाहिए"),
    ),
    Template(
        DRAW_OPEN,
        "en",
        "You asked to be told: places near you will be drawn by lot. For {{person}}:\n"
        "📍 {{centre}}\n"
        "Tap once to take part, until {{closes}}. It does not matter who is first.",
        (("person", "Rina Das"), ("centre", "Ward 68 Health Centre"), ("closes", "Tuesday 23 November, 10:15 am")),
        ("Take part", "Don't write to me"),
    ),
    Template(
        DRAW_OPEN,
        "bn",
        "আপনি জানাতে বলেছিলেন: কাছের কেন্দ্রে লটারি করে টিকার জায়গা দেওয়া হবে। {{person}}:\n"
        "📍 {{centre}}\n"
        "নাম দিতে একবার টিপুন, {{closes}} পর্যন্ত। আগে নাম দিন বা পরে, কোনও তফাত নেই।",
        (("person", "রিনা দাস"), ("centre", "ওয়ার্ড ৬৮ সেন্টার"), ("closes", "মঙ্গলবার ২৩ নভেম্বর, সকাল ১০:১৫")),
        ("লটারিতে নাম দেব", "আর জানাতে হবে না"),
    ),
    Template(
        DRAW_OPEN,
        "hi",
        "आपने ख़बर देने को कहा था: पास के केंद्र में टीके की जगह लॉटरी से मिलेगी। {{person}}:\n"
        "📍 {{centre}}\n"
        "नाम देने को एक बार दबाएँ, {{closes}} तक। पहले दें या बाद में, कोई फ़र्क़ नहीं पड़ता।",
        (("person", "रीना दास"), ("centre", "वार्ड 68 केंद्र"), ("closes", "मंगलवार 23 नवंबर, सुबह 10:15 बजे")),
        ("लॉटरी में नाम दें", "ख़बर नहीं चाहिए"),
    ),
    Template(
        DRAW_WON,
        "en",
        "A place was drawn for {{person}}, and is booked:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "Booking no. {{reference}}. Please bring the ID card (hard copy) that was given. Cannot come? Tap below.",
        _VISIT_EN,
        _VISIT_BUTTONS_EN,
    ),
    Template(
        DRAW_WON,
        "bn",
        "লটারিতে টিকার জায়গা পাওয়া গেছে, বুকিং হয়ে গেছে। {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "বুকিং নম্বর {{reference}}। যে পরিচয়পত্র দেওয়া হয়েছিল, সেটাই (হার্ড কপি) সঙ্গে আনবেন। আসতে না পারলে নিচে টিপে জানান।",
        _VISIT_BN,
        _VISIT_BUTTONS_BN,
    ),
    Template(
        DRAW_WON,
        "hi",
        "लॉटरी में टीके की जगह मिल गई, बुकिंग हो गई। {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "बुकिंग नंबर {{reference}}। जो पहचान-पत्र दिया गया था, वही (हार्ड कॉपी) साथ लाएँ। न आ सकें तो नीचे दबाकर बताएँ।",
        _VISIT_HI,
        _VISIT_BUTTONS_HI,
    ),
    Template(
        DRAW_LOST,
        "en",
        "The draw is over. {{person}}: no place this time, and nothing is booked. Number {{position}} on the waiting "
        "list, and that place is kept. We will write when something comes free. Lot {{lot}} of the draw.",
        (("person", "Rina Das"), ("position", "12"), ("lot", "7M4Q-K2X9")),
        ("What suits me", "Don't write to me"),
    ),
    Template(
        DRAW_LOST,
        "bn",
        "টিকার লটারি হয়ে গেছে। {{person}}: এবার জায়গা হল না, বুকিং হয়নি। অপেক্ষার তালিকায় নম্বর {{position}}, সেটাই থাকবে। "
        "জায়গা খালি হলে জানাব। লটারিতে আপনার নম্বর ছিল {{lot}}।",
        (("person", "রিনা দাস"), ("position", "১২"), ("lot", "7M4Q-K2X9")),
        ("আমার সুবিধা জানাব", "আর জানাতে হবে না"),
    ),
    Template(
        DRAW_LOST,
        "hi",
        "टीके की लॉटरी हो गई। {{person}}: इस बार जगह नहीं मिली, बुकिंग नहीं हुई। वेटिंग लिस्ट में नंबर {{position}} है और वही रहेगा। "
        "जगह खाली होने पर ख़बर मिलेगी। लॉटरी में आपका नंबर था {{lot}}।",
        (("person", "रीना दास"), ("position", "12"), ("lot", "7M4Q-K2X9")),
        ("मेरी पसंद", "ख़बर नहीं चाहिए"),
    ),
    Template(
        SESSION_MOVED,
        "en",
        "The centre had to move the booking for {{person}}. It is now:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "Booking no. {{reference}} is still valid. If you do nothing, this place stays yours. Sorry for the trouble.",
        _VISIT_EN,
        ("Fine, keep it", "Another place", "Cancel it"),
    ),
    Template(
        SESSION_MOVED,
        "bn",
        "কেন্দ্রকে একটা বুকিং বদলাতে হয়েছে। {{person}}: এখন বুকিং আছে\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "বুকিং নম্বর {{reference}} একই আছে। কিছু না করলে এই জায়গাটাই থাকবে। অসুবিধার জন্য মাফ করবেন।",
        _VISIT_BN,
        ("ঠিক আছে, থাকুক", "অন্য জায়গা", "বাতিল করুন"),
    ),
    Template(
        SESSION_MOVED,
        "hi",
        "केंद्र को एक बुकिंग बदलनी पड़ी। {{person}}: अब बुकिंग है\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "बुकिंग नंबर {{reference}} वही है। कुछ न करें तो यही जगह आपकी रहेगी। परेशानी के लिए माफ़ कीजिए।",
        _VISIT_HI,
        ("ठीक है, यही रहे", "दूसरी जगह", "रद्द करें"),
    ),
    Template(
        SESSION_CANCELLED,
        "en",
        "The centre has cancelled a session, so the booking for {{person}} is no longer valid:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "Sorry for the trouble. The name is on the waiting list now; tap below to look for another place.",
        _PLACE_EN,
        ("Show places", "What suits me", "Don't write to me"),
    ),
    Template(
        SESSION_CANCELLED,
        "bn",
        "কেন্দ্র এই বুকিং বাতিল করেছে, ওই সময়ে টিকা দেওয়া হবে না। {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "অসুবিধার জন্য মাফ করবেন। এখন অপেক্ষার তালিকায় নাম আছে; অন্য জায়গা দেখতে নিচে টিপুন।",
        _PLACE_BN,
        ("জায়গা দেখান", "আমার সুবিধা জানাব", "আর জানাতে হবে না"),
    ),
    Template(
        SESSION_CANCELLED,
        "hi",
        "केंद्र ने यह बुकिंग रद्द कर दी है, उस समय टीके नहीं लगेंगे। {{person}}:\n"
        "🗓 {{day}}, {{time}}\n"
        "📍 {{centre}}\n"
        "परेशानी के लिए माफ़ कीजिए। अब वेटिंग लिस्ट में नाम है; दूसरी जगह देखने को नीचे दबाएँ।",
        _PLACE_HI,
        ("जगह दिखाएँ", "मेरी पसंद", "ख़बर नहीं चाहिए"),
    ),
    *ORDER_TEMPLATES,
)

_BY_NAME: Final = {(template.name, template.language): template for template in TEMPLATES}


def template(name: str, language: str) -> Template:
    """The template of that name in that language. Raises NoSuchTemplate."""
    try:
        return _BY_NAME[name, language]
    except KeyError:
        raise NoSuchTemplate(f"{name} in {language}") from None

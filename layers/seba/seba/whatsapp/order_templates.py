"""The templates about orders, for customers and for shops; see `templates`."""

from typing import Final

from seba.whatsapp.template import Template

_REFERENCE: Final = ("reference", "7M4Q-K2X9")
_TOTAL: Final = ("total", "₹342")
_CODE: Final = ("code", "4821")
_PHONE: Final = ("phone", "98300 12345")
_SHOP_EN: Final = ("shop", "Annapurna Stores")
_SHOP_BN: Final = ("shop", "অন্নপূর্ণা স্টোর্স")
_SHOP_HI: Final = ("shop", "अन्नपूर्णा स्टोर्स")
_ADDRESS_EN: Final = ("address", "12 Rashbehari Avenue")
_ADDRESS_BN: Final = ("address", "১২ রাসবিহারী অ্যাভিনিউ")
_ADDRESS_HI: Final = ("address", "12 रासबिहारी एवेन्यू")
_UNTIL_EN: Final = ("until", "Tuesday 24 November, 6 pm")
_UNTIL_BN: Final = ("until", "মঙ্গলবার ২৪ নভেম্বর, সন্ধে ৬টা")
_UNTIL_HI: Final = ("until", "मंगलवार 24 नवंबर, शाम 6 बजे")
_LINES_EN: Final = ("lines", "2 × Toned milk 500 ml – ₹56; 1 × Eggs 6 – ₹45")
_LINES_BN: Final = ("lines", "২ × টোনড দুধ ৫০০ মিলি – ₹56; ১ × ডিম ৬টা – ₹45")
_LINES_HI: Final = ("lines", "2 × टोन्ड दूध 500 मिली – ₹56; 1 × अंडे 6 – ₹45")
_MISSING_EN: Final = ("missing", "Eggs 6")
_MISSING_BN: Final = ("missing", "ডিম ৬টা")
_MISSING_HI: Final = ("missing", "अंडे 6")
_NEW_TOTAL: Final = ("new_total", "₹351")

_OPEN_SHOP_EN: Final = ("Open the shop",)
_OPEN_SHOP_BN: Final = ("দোকান খুলুন",)
_OPEN_SHOP_HI: Final = ("दुकान खोलें",)
_WAY_OR_DROP_EN: Final = ("Show the way", "Cancel order")
_WAY_OR_DROP_BN: Final = ("পথ দেখান", "অর্ডার বাতিল")
_WAY_OR_DROP_HI: Final = ("रास्ता दिखाएँ", "ऑर्डर रद्द करें")

_TO_SHOPS: Final = (
    Template(
        "shop_new_order",
        "en",
        "A new order has come: {{reference}}, total {{total}}.\n"
        "Products: {{count}}. To pack: {{lines}}.\n"
        "Will you take it? Please answer within {{minutes}} minutes. If you tap “Packed already”, the customer is "
        "called at once; write here the 4 digits they say at the counter.",
        (_REFERENCE, _TOTAL, ("count", "2"), _LINES_EN, ("minutes", "5")),
        ("Packed already", "Yes, I'll take it", "Something missing"),
    ),
    Template(
        "shop_new_order",
        "bn",
        "নতুন অর্ডার এসেছে: {{reference}}, মোট {{total}}।\n"
        "জিনিস {{count}} রকম: {{lines}}।\n"
        "নেবেন? উত্তর দিন {{minutes}} মিনিটের মধ্যে। ‘প্যাক হয়ে গেছে’ টিপলে খদ্দেরকে তখনই ডাকা হবে; "
        "উনি এসে যে ৪টে সংখ্যা বলবেন, এখানে লিখবেন।",
        (_REFERENCE, _TOTAL, ("count", "২"), _LINES_BN, ("minutes", "৫")),
        ("প্যাক হয়ে গেছে", "হ্যাঁ, নিচ্ছি", "কিছু নেই / পারব না"),
    ),
    Template(
        "shop_new_order",
        "hi",
        "नया ऑर्डर आया है: {{reference}}, कुल {{total}}।\n"
        "सामान {{count}} तरह का: {{lines}}।\n"
        "यह ऑर्डर लेना है? जवाब {{minutes}} मिनट में दें। ‘पैक हो गया’ दबाने पर ग्राहक को तुरंत बुलाया जाएगा; "
        "वे आकर जो 4 अंक बताएँ, यहाँ लिखें।",
        (_REFERENCE, _TOTAL, ("count", "2"), _LINES_HI, ("minutes", "5")),
        ("पैक हो गया", "हाँ, ले रहे हैं", "कुछ सामान नहीं है"),
    ),
    Template(
        "shop_order_changed",
        "en",
        "The customer has decided. The total of order {{reference}} is now {{total}}.\n"
        "To pack: {{lines}}.\n"
        "Please tap below when it is packed.",
        (_REFERENCE, _TOTAL, _LINES_EN),
        ("Ready", "Something missing"),
    ),
    Template(
        "shop_order_changed",
        "bn",
        "খদ্দের জানিয়েছেন। অর্ডার {{reference}} এখন মোট {{total}}।\nজিনিস: {{lines}}।\nগোছানো হলে নিচে টিপে জানান।",
        (_REFERENCE, _TOTAL, _LINES_BN),
        ("তৈরি", "কিছু নেই / পারব না"),
    ),
    Template(
        "shop_order_changed",
        "hi",
        "ग्राहक ने बता दिया है। ऑर्डर {{reference}} अब कुल {{total}} का है।\nसामान: {{lines}}।\nपैक हो जाए तो नीचे दबाकर बताएँ।",
        (_REFERENCE, _TOTAL, _LINES_HI),
        ("तैयार है", "कुछ सामान नहीं है"),
    ),
    Template(
        "shop_morning",
        "en",
        "Good morning! About your shop, {{shop}}: is it open today? Today's orders come to you once you say so.",
        (_SHOP_EN,),
        ("Yes, open", "Closed today"),
    ),
    Template(
        "shop_morning",
        "bn",
        "সুপ্রভাত! আপনার দোকান {{shop}}: আজ কি খোলা? জানালে তবেই আজকের অর্ডার আপনার কাছে আসবে।",
        (_SHOP_BN,),
        ("হ্যাঁ, খোলা", "আজ বন্ধ"),
    ),
    Template(
        "shop_morning",
        "hi",
        "सुप्रभात! आपकी दुकान {{shop}}: क्या आज खुली है? बताने पर ही आज के ऑर्डर आपके पास आएँगे।",
        (_SHOP_HI,),
        ("हाँ, खुली है", "आज बंद है"),
    ),
    Template(
        "shop_closed_for_today",
        "en",
        "A word from {{service}}: three orders in a row had no answer, so your shop is closed for today. Nothing else "
        "has happened. If you are back, tap below.",
        (("service", "Kolkata neighbourhood shops"),),
        ("Open again",),
    ),
    Template(
        "shop_closed_for_today",
        "bn",
        "একটা খবর, {{service}} থেকে: পরপর তিনটে অর্ডারের উত্তর আসেনি, তাই আজকের জন্য আপনার দোকান বন্ধ রাখা হল। আর কিছু হয়নি। "
        "আবার খুলতে চাইলে নিচে টিপুন।",
        (("service", "কলকাতার পাড়ার দোকান"),),
        ("আবার খুলছি",),
    ),
    Template(
        "shop_closed_for_today",
        "hi",
        "एक ख़बर, {{service}} से: लगातार तीन ऑर्डर का जवाब नहीं आया, इसलिए आज के लिए आपकी दुकान बंद कर दी गई। और कुछ नहीं हुआ। "
        "दुकान फिर खोलनी हो तो नीचे दबाएँ।",
        (("service", "कोलकाता की पास की दुकानें"),),
        ("फिर खोलें",),
    ),
    Template(
        "order_withdrawn",
        "en",
        "Order {{reference}} is cancelled. Please put the goods back on the shelf.",
        (_REFERENCE,),
    ),
    Template("order_withdrawn", "bn", "অর্ডার {{reference}} বাতিল হয়েছে। জিনিসগুলো তুলে রাখুন।", (_REFERENCE,)),
    Template("order_withdrawn", "hi", "ऑर्डर {{reference}} रद्द हो गया है। सामान वापस रख दें।", (_REFERENCE,)),
    Template(
        "order_uncollected",
        "en",
        "Nobody came for order {{reference}} in time. Please put the goods back on the shelf.",
        (_REFERENCE,),
    ),
    Template(
        "order_uncollected", "bn", "অর্ডার {{reference}} নিতে সময়ের মধ্যে কেউ আসেননি। জিনিসগুলো তুলে রাখুন।", (_REFERENCE,)
    ),
    Template("order_uncollected", "hi", "ऑर्डर {{reference}} लेने समय पर कोई नहीं आया। सामान वापस रख दें।", (_REFERENCE,)),
)

_TO_CUSTOMERS: Final = (
    Template(
        "order_taken",
        "en",
        "Your order has been taken by {{shop}} and is being packed.\n"
        "📍 {{address}} 📞 {{phone}}\n"
        "Total {{total}}. We will write when it is ready; no need to come yet.",
        (_SHOP_EN, _ADDRESS_EN, _PHONE, _TOTAL),
        _WAY_OR_DROP_EN,
    ),
    Template(
        "order_taken",
        "bn",
        "আপনার অর্ডার নিয়েছে {{shop}}, জিনিস গোছানো হচ্ছে।\n"
        "📍 {{address}} 📞 {{phone}}\n"
        "মোট {{total}}। তৈরি হলেই জানাব, এখন আসতে হবে না।",
        (_SHOP_BN, _ADDRESS_BN, _PHONE, _TOTAL),
        _WAY_OR_DROP_BN,
    ),
    Template(
        "order_taken",
        "hi",
        "आपका ऑर्डर {{shop}} ने ले लिया है, सामान पैक हो रहा है।\n"
        "📍 {{address}} 📞 {{phone}}\n"
        "कुल {{total}}। तैयार होते ही ख़बर मिलेगी, अभी आने की ज़रूरत नहीं।",
        (_SHOP_HI, _ADDRESS_HI, _PHONE, _TOTAL),
        _WAY_OR_DROP_HI,
    ),
    Template(
        "order_missing",
        "en",
        "About your order {{reference}}: {{shop}} does not have {{missing}}. Instead there is {{instead}}. With that "
        "the total is {{new_total}}.\n"
        "What should the shop do? It is waiting for your answer.",
        (_REFERENCE, _SHOP_EN, _MISSING_EN, ("instead", "1 × Duck eggs 6 – ₹54"), _NEW_TOTAL),
        ("Take that instead", "Leave it out", "Cancel order"),
    ),
    Template(
        "order_missing",
        "bn",
        "আপনার অর্ডার {{reference}}: {{shop}} জানাচ্ছে, ওদের কাছে নেই: {{missing}}। বদলে আছে: {{instead}}। "
        "ওটা নিলে মোট {{new_total}}।\n"
        "দোকান কী করবে? আপনার উত্তরের অপেক্ষায় আছে।",
        (_REFERENCE, _SHOP_BN, _MISSING_BN, ("instead", "১ × হাঁসের ডিম ৬টা – ₹54"), _NEW_TOTAL),
        ("ওটাই দিন", "বাদ দিন", "অর্ডার বাতিল"),
    ),
    Template(
        "order_missing",
        "hi",
        "आपका ऑर्डर {{reference}}: {{shop}} के पास नहीं है: {{missing}}। इसकी जगह यह है: {{instead}}। "
        "इसे लें तो कुल {{new_total}}।\n"
        "दुकान क्या करे? आपके जवाब का इंतज़ार है।",
        (_REFERENCE, _SHOP_HI, _MISSING_HI, ("instead", "1 × बत्तख के अंडे 6 – ₹54"), _NEW_TOTAL),
        ("वही दे दें", "छोड़ दें", "ऑर्डर रद्द करें"),
    ),
    Template(
        "order_missing_some",
        "en",
        "About your order {{reference}}: {{shop}} does not have {{missing}}. Without it the total is {{new_total}}.\n"
        "Should the shop pack the rest? It is waiting for your answer.",
        (_REFERENCE, _SHOP_EN, _MISSING_EN, _NEW_TOTAL),
        ("Leave it out", "Cancel order"),
    ),
    Template(
        "order_missing_some",
        "bn",
        "আপনার অর্ডার {{reference}}: {{shop}} জানাচ্ছে, ওদের কাছে নেই: {{missing}}। বাদ দিলে মোট {{new_total}}।\n"
        "বাকিটা গুছিয়ে দেবে? দোকান আপনার উত্তরের অপেক্ষায় আছে।",
        (_REFERENCE, _SHOP_BN, _MISSING_BN, _NEW_TOTAL),
        ("বাদ দিন", "অর্ডার বাতিল"),
    ),
    Template(
        "order_missing_some",
        "hi",
        "आपका ऑर्डर {{reference}}: {{shop}} के पास नहीं है: {{missing}}। इसके बिना कुल {{new_total}}।\n"
        "बाकी सामान पैक कर दें? आपके जवाब का इंतज़ार है।",
        (_REFERENCE, _SHOP_HI, _MISSING_HI, _NEW_TOTAL),
        ("छोड़ दें", "ऑर्डर रद्द करें"),
    ),
    Template(
        "order_dearer",
        "en",
        "About your order {{reference}}: only {{shop}} can take it now, for {{new_total}}. What it does not "
        "have: {{missing}}. Your order was {{total}}. Nothing is settled yet. Shall we order it there?",
        (_REFERENCE, _SHOP_EN, _NEW_TOTAL, _MISSING_EN, _TOTAL),
        ("Yes, order there", "Cancel order"),
    ),
    Template(
        "order_dearer",
        "bn",
        "আপনার অর্ডার {{reference}}: এখন নিতে পারবে শুধু {{shop}}, মোট {{new_total}}। ওখানে যা নেই: {{missing}}। "
        "আপনার অর্ডার ছিল {{total}}। এখনও কিছু ঠিক হয়নি। ওখানেই অর্ডার দেব?",
        (_REFERENCE, _SHOP_BN, _NEW_TOTAL, _MISSING_BN, _TOTAL),
        ("হ্যাঁ, ওখানেই", "অর্ডার বাতিল"),
    ),
    Template(
        "order_dearer",
        "hi",
        "आपका ऑर्डर {{reference}}: अभी यह सिर्फ़ {{shop}} से मिल सकता है, कुल {{new_total}} में। वहाँ जो नहीं है: {{missing}}। "
        "आपका ऑर्डर {{total}} का था। अभी कुछ तय नहीं हुआ। वहीं से लें?",
        (_REFERENCE, _SHOP_HI, _NEW_TOTAL, _MISSING_HI, _TOTAL),
        ("हाँ, वहीं से", "ऑर्डर रद्द करें"),
    ),
    Template(
        "order_ready",
        "en",
        "Your order is ready. Collect it from {{shop}}, {{address}}. It is kept until {{until}}.\n"
        "Say this code at the shop: {{code}}. Total {{total}}.",
        (_SHOP_EN, _ADDRESS_EN, _UNTIL_EN, _CODE, _TOTAL),
        ("Show the way", "I'll come later", "Cancel order"),
    ),
    Template(
        "order_ready",
        "bn",
        "আপনার অর্ডার তৈরি। এখান থেকে নিয়ে যান: {{shop}}, {{address}}। রাখা থাকবে {{until}} পর্যন্ত।\n"
        "দোকানে এই কোড বলবেন: {{code}}। মোট {{total}}।",
        (_SHOP_BN, _ADDRESS_BN, _UNTIL_BN, _CODE, _TOTAL),
        ("পথ দেখান", "পরে আসব", "অর্ডার বাতিল"),
    ),
    Template(
        "order_ready",
        "hi",
        "आपका सामान तैयार है। यहाँ से ले जाएँ: {{shop}}, {{address}}। {{until}} तक रखा रहेगा।\n"
        "दुकान पर यह कोड बताएँ: {{code}}। कुल {{total}}।",
        (_SHOP_HI, _ADDRESS_HI, _UNTIL_HI, _CODE, _TOTAL),
        ("रास्ता दिखाएँ", "बाद में लेंगे", "ऑर्डर रद्द करें"),
    ),
    Template(
        "order_ready_to_pay",
        "en",
        "Your order is ready. Collect it from {{shop}}, {{address}}. It is kept until {{until}}.\n"
        "Say this code at the shop: {{code}}. Total {{total}}, in cash there or paid here.",
        (_SHOP_EN, _ADDRESS_EN, _UNTIL_EN, _CODE, _TOTAL),
        ("Pay now", "Show the way", "I'll come later"),
    ),
    Template(
        "order_ready_to_pay",
        "bn",
        "আপনার অর্ডার তৈরি। এখান থেকে নিয়ে যান: {{shop}}, {{address}}। রাখা থাকবে {{until}} পর্যন্ত।\n"
        "দোকানে এই কোড বলবেন: {{code}}। মোট {{total}}, ওখানে নগদ বা এখানে অনলাইনে দিতে পারেন।",
        (_SHOP_BN, _ADDRESS_BN, _UNTIL_BN, _CODE, _TOTAL),
        ("এখনই টাকা দেব", "পথ দেখান", "পরে আসব"),
    ),
    Template(
        "order_ready_to_pay",
        "hi",
        "आपका सामान तैयार है। यहाँ से ले जाएँ: {{shop}}, {{address}}। {{until}} तक रखा रहेगा।\n"
        "दुकान पर यह कोड बताएँ: {{code}}। कुल {{total}}, वहाँ नकद या यहाँ ऑनलाइन दे सकते हैं।",
        (_SHOP_HI, _ADDRESS_HI, _UNTIL_HI, _CODE, _TOTAL),
        ("अभी पैसे दें", "रास्ता दिखाएँ", "बाद में लेंगे"),
    ),
    Template(
        "order_reminder",
        "en",
        "Your order is still waiting at {{shop}}, {{address}}, until {{until}}.\n"
        "Say this code at the shop: {{code}}. Total {{total}}.",
        (_SHOP_EN, _ADDRESS_EN, _UNTIL_EN, _CODE, _TOTAL),
        ("I'll come later", "Cancel order"),
    ),
    Template(
        "order_reminder",
        "bn",
        "আপনার জিনিস এখনও রাখা আছে: {{shop}}, {{address}}। {{until}} পর্যন্ত থাকবে।\n"
        "দোকানে এই কোড বলবেন: {{code}}। মোট {{total}}।",
        (_SHOP_BN, _ADDRESS_BN, _UNTIL_BN, _CODE, _TOTAL),
        ("পরে আসব", "অর্ডার বাতিল"),
    ),
    Template(
        "order_reminder",
        "hi",
        "आपका सामान अभी रखा है: {{shop}}, {{address}}। {{until}} तक रहेगा।\nदुकान पर यह कोड बताएँ: {{code}}। कुल {{total}}।",
        (_SHOP_HI, _ADDRESS_HI, _UNTIL_HI, _CODE, _TOTAL),
        ("बाद में लेंगे", "ऑर्डर रद्द करें"),
    ),
    Template(
        "order_slow",
        "en",
        "No shop has answered yet about your order {{reference}}. We are still asking and will write as soon as one "
        "takes it. You pay nothing until then.",
        (_REFERENCE,),
        ("Cancel order",),
    ),
    Template(
        "order_slow",
        "bn",
        "আপনার অর্ডার {{reference}} নিয়ে এখনও কোনও দোকান উত্তর দেয়নি। খোঁজ চলছে, কেউ নিলেই জানাব। ততক্ষণ কোনও টাকা লাগবে না।",
        (_REFERENCE,),
        ("অর্ডার বাতিল",),
    ),
    Template(
        "order_slow",
        "hi",
        "आपके ऑर्डर {{reference}} पर अभी किसी दुकान का जवाब नहीं आया। पूछना जारी है, कोई लेगा तो तुरंत ख़बर मिलेगी। "
        "तब तक कोई पैसा नहीं लगेगा।",
        (_REFERENCE,),
        ("ऑर्डर रद्द करें",),
    ),
    Template(
        "order_not_ready",
        "en",
        "Please wait a little with order {{reference}}: {{shop}} has not finished packing yet. We will write again "
        "when it is ready.",
        (_REFERENCE, _SHOP_EN),
        _WAY_OR_DROP_EN,
    ),
    Template(
        "order_not_ready",
        "bn",
        "একটু অপেক্ষা করুন, অর্ডার {{reference}} গোছানো এখনও শেষ হয়নি: {{shop}} গোছাচ্ছে। তৈরি হলে আবার জানাব।",
        (_REFERENCE, _SHOP_BN),
        _WAY_OR_DROP_BN,
    ),
    Template(
        "order_not_ready",
        "hi",
        "थोड़ा रुकें, ऑर्डर {{reference}} अभी पूरा पैक नहीं हुआ: {{shop}} में पैक हो रहा है। तैयार होने पर फिर ख़बर मिलेगी।",
        (_REFERENCE, _SHOP_HI),
        _WAY_OR_DROP_HI,
    ),
    Template(
        "order_none",
        "en",
        "Sorry, no shop near you can take order {{reference}} now. You pay nothing. Please try again later.",
        (_REFERENCE,),
        _OPEN_SHOP_EN,
    ),
    Template(
        "order_none",
        "bn",
        "মাফ করবেন, অর্ডার {{reference}} এখন কাছের কোনও দোকান নিতে পারছে না। কোনও টাকা লাগবে না। একটু পরে আবার চেষ্টা করুন।",
        (_REFERENCE,),
        _OPEN_SHOP_BN,
    ),
    Template(
        "order_none",
        "hi",
        "माफ़ कीजिए, ऑर्डर {{reference}} अभी पास की कोई दुकान नहीं ले पा रही। कोई पैसा नहीं लगेगा। थोड़ी देर बाद फिर कोशिश करें।",
        (_REFERENCE,),
        _OPEN_SHOP_HI,
    ),
    Template(
        "order_expired",
        "en",
        "Your order {{reference}} has ended: its time is over. You owe nothing, and you can order again.",
        (_REFERENCE,),
        _OPEN_SHOP_EN,
    ),
    Template(
        "order_expired",
        "bn",
        "আপনার অর্ডার {{reference}} আর চলছে না: সময় পেরিয়ে গেছে। কোনও টাকা দিতে হবে না, আবার অর্ডার করতে পারেন।",
        (_REFERENCE,),
        _OPEN_SHOP_BN,
    ),
    Template(
        "order_expired",
        "hi",
        "आपका ऑर्डर {{reference}} ख़त्म हुआ: समय निकल गया। कोई पैसा नहीं देना है, फिर से ऑर्डर कर सकते हैं।",
        (_REFERENCE,),
        _OPEN_SHOP_HI,
    ),
    Template(
        "order_paid",
        "en",
        "Paid: {{total}} for order {{reference}}. At {{shop}} you only say the code.",
        (_TOTAL, _REFERENCE, _SHOP_EN),
    ),
    Template(
        "order_paid",
        "bn",
        "টাকা পেয়েছি: {{total}}, অর্ডার {{reference}}। {{shop}} থেকে নেওয়ার সময় শুধু কোডটা বলবেন।",
        (_TOTAL, _REFERENCE, _SHOP_BN),
    ),
    Template(
        "order_paid",
        "hi",
        "पैसे मिल गए: {{total}}, ऑर्डर {{reference}}। दुकान {{shop}} पर बस कोड बताएँ।",
        (_TOTAL, _REFERENCE, _SHOP_HI),
    ),
    Template(
        "order_refund",
        "en",
        "Money came for order {{reference}}, but the order is not under way or the sum is different. It will be given "
        "back. For questions please phone {{helpline}}.",
        (_REFERENCE, ("helpline", "033 2286 1212")),
        _OPEN_SHOP_EN,
    ),
    Template(
        "order_refund",
        "bn",
        "অর্ডার {{reference}} বাবদ টাকা এসেছে, কিন্তু অর্ডারটা চলছে না বা অঙ্কটা মিলছে না। টাকা ফেরত দেওয়া হবে। "
        "জানতে ফোন করুন {{helpline}}।",
        (_REFERENCE, ("helpline", "033 2286 1212")),
        _OPEN_SHOP_BN,
    ),
    Template(
        "order_refund",
        "hi",
        "ऑर्डर {{reference}} के लिए पैसे आए हैं, पर वह ऑर्डर चल नहीं रहा या रक़म अलग है। पैसे लौटाए जाएँगे। "
        "पूछने के लिए फ़ोन करें {{helpline}}।",
        (_REFERENCE, ("helpline", "033 2286 1212")),
        _OPEN_SHOP_HI,
    ),
)

ORDER_TEMPLATES: Final = (*_TO_SHOPS, *_TO_CUSTOMERS)
"""All of them, in the three languages."""

//! What is known of languages, also of those that Hookdesk itself does not speak.

/// The languages that are written from right to left. Their sites are, even where our own words are not.
const RIGHT_TO_LEFT: [&str; 12] = ["ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"];

/// What languages call themselves.
const NAMES: [(&str, &str); 53] = [
    ("ar", "العربية"),
    ("bg", "Български"),
    ("bn", "বাংলা"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("hy", "Հայերեն"),
    ("id", "Bahasa Indonesia"),
    ("is", "Íslenska"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ka", "ქართული"),
    ("km", "ខ្មែរ"),
    ("ko", "한국어"),
    ("lo", "ລາວ"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("ml", "മലയാളം"),
    ("ms", "Bahasa Melayu"),
    ("my", "မြန်မာ"),
    ("nl", "Nederlands"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("pt_BR", "Português (Brasil)"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sq", "Shqip"),
    ("sr", "Српски"),
    ("sv", "Svenska"),
    ("ta", "தமிழ்"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("ur", "اردو"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
    ("zh_CN", "简体中文"),
    ("zh_TW", "繁體中文"),
];

/// In which direction a language is written, as HTML says it.
pub fn direction(locale: &str) -> &'static str {
    let primary = locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    if RIGHT_TO_LEFT.contains(&primary.as_str()) { "rtl" } else { "ltr" }
}

/// What a language calls itself; its code where that is not known here.
pub fn name(locale: &str) -> String {
    let code = locale.replace('-', "_");
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&code)).map_or_else(|| locale.to_owned(), |(_, name)| (*name).to_owned())
}

/// The tag of a language, as HTML and search engines want it: `pt-BR`.
pub fn tag(locale: &str) -> String {
    locale.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_know_where_they_begin() {
        assert_eq!(["ar_EG", "HE", "en", ""].map(direction), ["rtl", "rtl", "ltr", "ltr"]);
    }

    #[test]
    fn languages_know_what_they_are_called() {
        assert_eq!(["th", "pt-br", "tlh"].map(name), ["ไทย", "Português (Brasil)", "tlh"]);
        assert_eq!(tag("pt_BR"), "pt-BR");
    }
}

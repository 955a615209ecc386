//! What a program says of itself, in a few words: browser and system. Whoever wants to be taken for another may say anything.

/// What somebody signs in with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// `Firefox`; none if it is no browser that is known here.
    pub browser: Option<&'static str>,
    /// `128.0`.
    pub browser_version: Option<String>,
    /// `Windows`.
    pub platform: Option<&'static str>,
    /// `iPhone`, where the name says more than the system's.
    pub device: Option<&'static str>,
}

/// What is known by its name, and is no browser.
const PROGRAM: &str = "curl";

/// Browsers, each by what stands before its version. Most call themselves by several names: the first one here counts.
const BROWSERS: [(&str, &str); 12] = [
    ("Edge", "Edg/"),
    ("Edge", "EdgA/"),
    ("Edge", "EdgiOS/"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Vivaldi", "Vivaldi/"),
    ("Firefox", "Firefox/"),
    ("Firefox", "FxiOS/"),
    ("Chrome", "CriOS/"),
    ("Chrome", "Chrome/"),
    ("Safari", "Version/"),
    (PROGRAM, "curl/"),
];

/// Systems, in the same way.
const PLATFORMS: [(&str, &str); 8] = [
    ("iOS", "iPhone"),
    ("iPadOS", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("ChromeOS", "CrOS"),
    ("macOS", "Macintosh"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
];

impl Device {
    /// Reads what a program calls itself.
    pub fn of(user_agent: &str) -> Device {
        let found = BROWSERS.iter().find_map(|(name, mark)| user_agent.split_once(mark).map(|(_, rest)| (*name, rest)));
        let version = found.map(|(_, rest)| rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(20).collect::<String>());
        Device {
            browser: found.map(|(name, _)| name),
            browser_version: version.filter(|version| !version.is_empty()),
            platform: PLATFORMS.iter().find(|(_, mark)| user_agent.contains(mark)).map(|(name, _)| *name),
            device: ["iPhone", "iPad"].into_iter().find(|name| user_agent.contains(name)),
        }
    }

    /// Whether somebody sits before it who can be asked something: it is a browser that is known here, and no program.
    pub fn is_browser(&self) -> bool {
        self.browser.is_some_and(|name| name != PROGRAM)
    }

    /// In short, as in `Firefox 128, Windows`; none where nothing is known.
    pub fn short(&self) -> Option<String> {
        let major = self.browser_version.as_deref().and_then(|version| version.split('.').next());
        let browser = self.browser.map(|name| major.map_or_else(|| name.to_owned(), |major| format!("{name} {major}")));
        let parts: Vec<String> = browser.into_iter().chain(self.platform.map(str::to_owned)).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_what_they_say() {
        let short = |text: &str| Device::of(text).short();
        let known = [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128, Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome 126, Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
                "Safari 17, macOS",
            ),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/126.0.6478.54 Mobile/15E148", "Chrome 126, iOS"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge 126, Windows"),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome 126, Android"),
            ("curl/8.5.0", "curl 8"),
        ];
        for (text, expected) in known {
            assert_eq!(short(text).as_deref(), Some(expected), "{text}");
            assert_eq!(Device::of(text).is_browser(), expected != "curl 8", "{text}");
        }
        assert_eq!([short(""), short("Firefox/"), short("<script>")], [None, Some("Firefox".into()), None]);
        assert_eq!(Device::of("Chrome/1.2.3<b>").browser_version.as_deref(), Some("1.2.3"));
        assert!(!Device::of("").is_browser() && !Device::of("okhttp/4.12.0").is_browser());
        assert_eq!(Device::of("(iPhone; x)").device, Some("iPhone"));
    }
}

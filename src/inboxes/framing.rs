//! Which sites may show a website's widget in a frame.
use super::model::WidgetChannel;

/// The longest name of a site that is understood, in characters.
const LONGEST: usize = 260;

impl WidgetChannel {
    /// The value of the header `Content-Security-Policy` for what is shown in the frame; none where any site may show it. Of the domains, those
    /// count that are names of hosts, perhaps with a scheme before and a port after them, or `*.` for all below. What is anything else cannot get
    /// into the header, and allows nobody. This server's own pages may show it always.
    pub fn frame_policy(&self) -> Option<String> {
        policy(&self.allowed_domains)
    }
}

fn policy(domains: &str) -> Option<String> {
    let said: Vec<&str> = domains.split([',', '\n']).map(str::trim).filter(|domain| !domain.is_empty()).collect();
    if said.is_empty() {
        return None;
    }
    let sites: Vec<String> = ["'self'".to_owned()].into_iter().chain(said.into_iter().filter_map(site)).collect();
    Some(format!("frame-ancestors {}", sites.join(" ")))
}

/// A site as the header names it.
fn site(domain: &str) -> Option<String> {
    let domain = domain.to_ascii_lowercase();
    let (scheme, rest) = match domain.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (format!("{scheme}://"), rest),
        Some(_) => return None,
        None => (String::new(), domain.as_str()),
    };
    // people copy addresses of pages: of these, the host counts
    let (place, _) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
    let is_port = |port: &str| port == "*" || port.parse::<u16>().is_ok_and(|port| port > 0);
    if place.len() > LONGEST || port.is_some_and(|port| !is_port(port)) {
        return None;
    }
    let (below, name) = host.strip_prefix("*.").map_or(("", host), |name| ("*.", name));
    // a policy is ASCII, whatever the script of a name
    let name = url::Host::parse(name).ok()?.to_string();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    name.split('.').all(is_label).then(|| format!("{scheme}{below}{name}{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sites_that_may_show_the_frame() {
        for (domains, policy_is) in [
            ("", None),
            (" , ", None),
            ("acme.example", Some("frame-ancestors 'self' acme.example")),
            ("ACME.example, *.shop.example\nlocalhost:3000", Some("frame-ancestors 'self' acme.example *.shop.example localhost:3000")),
            ("ä.example:*", Some("frame-ancestors 'self' xn--4ca.example:*")),
            (
                "https://acme.example/contact?x=1, http://*.acme.example:8080",
                Some("frame-ancestors 'self' https://acme.example http://*.acme.example:8080"),
            ),
        ] {
            assert_eq!(policy(domains).as_deref(), policy_is, "{domains}");
        }
    }

    #[test]
    fn nothing_else_gets_into_the_header() {
        for domains in [
            "*",
            "'none'",
            "a.example; script-src *",
            "a.example b.example",
            "a.example\r\nSet-Cookie: x=y",
            "javascript://a.example",
            "data:",
            "a..example",
            "-a.example",
            "a*.example",
            "*.*.example",
            "a.example:0",
            "a.example:99999",
            "a.example\u{0}",
        ] {
            // what follows a line's end is another domain
            let policy = policy(domains).unwrap();
            assert!(!policy.contains([';', '\r', '\n', ',']) && !policy.contains('=') && !policy.ends_with('*'), "{domains}: {policy}");
        }
        assert_eq!(policy("a.example; script-src *, b.example").unwrap(), "frame-ancestors 'self' b.example");
        assert_eq!(policy("*").unwrap(), "frame-ancestors 'self'");
    }
}

//! From a setting's text to its value. Each parser's error is the part of the text that is wrong; what would be right stands in the table.

use super::{Database, LogFormat, Role, Secret};
use ipnet::IpNet;
use std::{net::IpAddr, path::PathBuf, str::FromStr, time::Duration};
use url::Url;

/// `host:port`, where the host is a name, an IPv4 address or an IPv6 address in brackets. A name is not looked up here.
pub fn listen(text: &str) -> Result<String, &str> {
    let (host, port) = text.rsplit_once(':').ok_or(text)?;
    let in_brackets = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let host_is_right = match in_brackets {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)),
    };
    // The public URL derives from this one, hence the last check; it also refuses 300.1.1.1.
    let right = host_is_right && number::<u16>(port, 0, u16::MAX).is_ok() && Url::parse(&format!("http://{text}")).is_ok();
    right.then(|| text.to_owned()).ok_or(text)
}

/// An absolute http or https URL that is an origin and nothing more.
pub fn public_url(text: &str) -> Result<Url, &str> {
    let url = Url::parse(text).map_err(|_| text)?;
    let is_origin = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    // Url also takes `https:example.com`, which no reader would.
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host() && text.contains("://");
    if is_origin && is_web { Ok(url) } else { Err(text) }
}

/// A path; whether it exists is not looked at.
pub fn path(text: &str) -> Result<PathBuf, &str> {
    not_empty(text).map(PathBuf::from)
}

/// The same, or nothing.
pub fn optional_path(text: &str) -> Result<Option<PathBuf>, &str> {
    Ok((!text.is_empty()).then(|| text.into()))
}

/// SQLite's file or PostgreSQL's URL. The latter goes to libpq as it is, which knows forms that are no URL, such as several hosts.
pub fn database(text: &str) -> Result<Database, &str> {
    if ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(Database::Postgres(text.to_owned()));
    }
    let file = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).ok_or(text)?;
    // Parameters would end up in the file's name, and each connection of the pool would have a memory of its own.
    if file.is_empty() || file.contains('?') || file.contains(":memory:") { Err(text) } else { Ok(Database::Sqlite(PathBuf::from(file))) }
}

/// A duration such as `1m 30s`, with both limits allowed.
pub fn duration(text: &str, least: Duration, most: Duration) -> Result<Duration, &str> {
    let duration = humantime::parse_duration(text).map_err(|_| text)?;
    if (least..=most).contains(&duration) { Ok(duration) } else { Err(text) }
}

/// `off`, which is none, or what `some` reads.
pub fn or_off<T>(text: &str, some: impl Fn(&str) -> Result<T, &str>) -> Result<Option<T>, &str> {
    if text == "off" { Ok(None) } else { some(text).map(Some) }
}

/// A credential that a header can carry, long enough not to be guessed; nothing is none.
pub fn token(text: &str) -> Result<Option<Secret>, &str> {
    let right = (16..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    match text {
        "" => Ok(None),
        text if right => Ok(Some(Secret(text.to_owned()))),
        text => Err(text),
    }
}

/// Durations separated by commas; an empty text is an empty schedule.
pub fn schedule(text: &str, steps: usize, longest: Duration) -> Result<Vec<Duration>, &str> {
    let schedule = list(text, |step| duration(step, Duration::ZERO, longest))?;
    if schedule.len() <= steps { Ok(schedule) } else { Err(text) }
}

/// How long one webhook request may take.
pub fn webhook_timeout(text: &str) -> Result<Duration, &str> {
    duration(text, Duration::from_millis(100), Duration::from_secs(60))
}

/// The waits before the retries of a webhook delivery.
pub fn webhook_schedule(text: &str) -> Result<Vec<Duration>, &str> {
    schedule(text, 20, Duration::from_secs(365 * 86_400))
}

/// Networks separated by commas. A bare address means that one, and the host's bits of a network are cleared.
pub fn networks(text: &str) -> Result<Vec<IpNet>, &str> {
    list(text, |item| {
        let network = IpNet::from_str(item).map(|network| network.trunc());
        network.or_else(|_| IpAddr::from_str(item).map(IpNet::from)).map_err(|_| item)
    })
}

fn list<T>(text: &str, item: impl Fn(&str) -> Result<T, &str>) -> Result<Vec<T>, &str> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    // An empty item is a slip of the hand, best shown within the whole text.
    text.split(',').map(|part| item(part.trim()).map_err(|wrong| if wrong.is_empty() { text } else { wrong })).collect()
}

/// A whole number, with both limits allowed.
pub fn number<N: FromStr + PartialOrd>(text: &str, least: N, most: N) -> Result<N, &str> {
    match text.parse() {
        Ok(number) if least <= number && number <= most => Ok(number),
        _ => Err(text),
    }
}

/// A text that says something.
pub fn not_empty(text: &str) -> Result<String, &str> {
    if text.is_empty() { Err(text) } else { Ok(text.to_owned()) }
}

/// 1 to `most` characters, none of them a line break or another control character: it goes into titles and headers.
pub fn line(text: &str, most: usize) -> Result<String, &str> {
    let right = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if right { Ok(text.to_owned()) } else { Err(text) }
}

/// `on` or `off`; also `true` and `false`, which is how a boolean of the file arrives here.
pub fn switch(text: &str) -> Result<bool, &str> {
    match text {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err(text),
    }
}

/// `text` or `json`.
pub fn log_format(text: &str) -> Result<LogFormat, &str> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(text),
    }
}

/// `all`, `web` or `worker`.
pub fn role(text: &str) -> Result<Role, &str> {
    match text {
        "all" => Ok(Role::All),
        "web" => Ok(Role::Web),
        "worker" => Ok(Role::Worker),
        _ => Err(text),
    }
}

/// Stands for what is not shown.
pub const MASK: &str = "***";

/// A URL of a database or another server without its password. What is not recognised is masked as a whole, since a mistyped URL holds its password too.
pub fn masked(text: &str) -> String {
    if text.is_empty() || text.starts_with("sqlite:") {
        return text.to_owned();
    }
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric())) else {
        return MASK.to_owned();
    };
    // An unescaped password may hold any of `:/?#@`, so it ends at the last @, wherever that is.
    let (user, rest) = match rest.rsplit_once('@') {
        Some((user, rest)) => match user.split_once(':') {
            Some((user, _)) => (format!("{user}:{MASK}@"), rest),
            None => (format!("{user}@"), rest),
        },
        None => (String::new(), rest),
    };
    // libpq takes passwords as parameters too, and decodes their names.
    let parameter = |parameter: &str| match parameter.split_once('=') {
        Some((name, _)) if name.contains("pass") || name.contains('%') => format!("{name}={MASK}"),
        _ => parameter.to_owned(),
    };
    let rest = match rest.split_once('?') {
        Some((rest, parameters)) => format!("{rest}?{}", parameters.split('&').map(parameter).collect::<Vec<_>>().join("&")),
        None => rest.to_owned(),
    };
    format!("{scheme}://{user}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listen_takes_a_host_and_a_port() {
        for right in ["127.0.0.1:3000", "localhost:3000", "0.0.0.0:0", "[::1]:80", "[::]:3000", "my_host.example.com:65535"] {
            assert_eq!(listen(right), Ok(right.to_owned()));
        }
        for wrong in
            ["", "3000", ":3000", "localhost", "localhost:", "localhost:65536", "::1:3000", "[::1]", "[x]:1", "a b:1", "300.1.1.1:1", "http://a:1"]
        {
            assert_eq!(listen(wrong), Err(wrong));
        }
    }

    #[test]
    fn a_public_url_is_an_origin() {
        for right in ["https://help.example.com", "http://localhost:3000/", "http://[::1]:3000", "http://127.0.0.1:0"] {
            assert!(public_url(right).is_ok(), "{right}");
        }
        for wrong in
            ["", "help.example.com", "ftp://a.b", "https://a.b/desk", "https://a.b/?q", "https://a.b/#f", "https://u:p@a.b", "https:a.b", "/"]
        {
            assert_eq!(public_url(wrong), Err(wrong));
        }
    }

    #[test]
    fn databases_are_told_apart() {
        assert_eq!(database("sqlite:x.db"), Ok(Database::Sqlite("x.db".into())));
        assert_eq!(database("sqlite://x.db"), Ok(Database::Sqlite("x.db".into())));
        assert_eq!(database("sqlite:///var/x.db"), Ok(Database::Sqlite("/var/x.db".into())));
        for right in ["postgres://u:p@h/db", "postgresql:///db?host=/run/postgresql", "postgres://a:1,b:2/db"] {
            assert_eq!(database(right), Ok(Database::Postgres(right.to_owned())));
        }
        for wrong in
            ["", "x.db", "mysql://h/db", "sqlite:", "sqlite://", "sqlite::memory:", "sqlite://x.db?mode=rwc", "host=h password=p", "postgres:h"]
        {
            assert_eq!(database(wrong), Err(wrong));
        }
    }

    #[test]
    fn schedules_have_steps_or_none() {
        let (longest, secs) = (Duration::from_secs(86_400), Duration::from_secs);
        assert_eq!(schedule("5s, 5m,1h 30m", 3, longest), Ok(vec![secs(5), secs(300), secs(5400)]));
        assert_eq!(schedule("", 3, longest), Ok(vec![]));
        assert_eq!(schedule("1s,1s,1s,1s", 3, longest), Err("1s,1s,1s,1s"));
        assert_eq!(schedule("1s,later,1s", 3, longest), Err("later"));
        assert_eq!(schedule("1s,,1s", 3, longest), Err("1s,,1s"));
        assert_eq!(schedule("1s,25h", 3, longest), Err("25h"));
        let limits = (Duration::from_millis(100), secs(60));
        assert!(["100ms", "60s", "1m", "2500ms"].iter().all(|text| duration(text, limits.0, limits.1).is_ok()));
        assert!(["", "5", "99ms", "61s", "-1s", "5 parsecs"].iter().all(|text| duration(text, limits.0, limits.1).is_err()));
    }

    #[test]
    fn tokens_are_long_or_absent_and_a_retention_may_be_off() {
        assert_eq!((token(""), token("0123456789abcdef")), (Ok(None), Ok(Some(Secret("0123456789abcdef".to_owned())))));
        assert!(["short", "0123456789 abcdef", "0123456789abcdéf", &"x".repeat(201)].iter().all(|text| token(text).is_err()));
        let retention = |text| or_off(text, |text| duration(text, Duration::from_secs(3600), Duration::from_secs(86_400)));
        assert_eq!((retention("off"), retention("2h"), retention("59m")), (Ok(None), Ok(Some(Duration::from_secs(7200))), Err("59m")));
    }

    #[test]
    fn networks_are_cidr_or_single_addresses() {
        let shown = |text| networks(text).map(|networks| networks.iter().map(|network| network.to_string()).collect::<Vec<_>>().join(" "));
        assert_eq!(shown("10.0.0.0/8, ::1"), Ok("10.0.0.0/8 ::1/128".to_owned()));
        assert_eq!(shown("192.168.1.7,10.1.2.3/8"), Ok("192.168.1.7/32 10.0.0.0/8".to_owned()));
        assert_eq!(shown(""), Ok(String::new()));
        assert_eq!(shown("10.0.0.0/8,10.0.0.300"), Err("10.0.0.300"));
        assert_eq!(shown("10.0.0.0/33"), Err("10.0.0.0/33"));
        assert_eq!(shown("localhost"), Err("localhost"));
        assert_eq!(shown("10.0.0.1,"), Err("10.0.0.1,"));
    }

    #[test]
    fn numbers_lines_and_switches_have_limits() {
        assert_eq!((number("1", 1, 9), number("9", 1, 9)), (Ok(1), Ok(9)));
        assert!(["0", "10", "-1", "1.5", "", "one"].iter().all(|text| number::<u32>(text, 1, 9).is_err()));
        assert_eq!(line("ช่วยเหลือ", 60), Ok("ช่วยเหลือ".to_owned()));
        assert!(line(&"ก".repeat(60), 60).is_ok() && line(&"ก".repeat(61), 60).is_err());
        assert!(line("", 60).is_err() && line("a\nb", 60).is_err());
        assert_eq!((switch("on"), switch("false"), switch("maybe")), (Ok(true), Ok(false), Err("maybe")));
    }

    #[test]
    fn masking_hides_the_password_and_nothing_else() {
        for (text, shown) in [
            ("postgres://desk:s3cret@db:5432/desk?sslmode=require", "postgres://desk:***@db:5432/desk?sslmode=require"),
            ("postgres://desk@db/desk", "postgres://desk@db/desk"),
            ("postgres://db/desk?user=u&password=s3cret&sslpassword=s3cret", "postgres://db/desk?user=u&password=***&sslpassword=***"),
            ("postgres://desk:s3/cr#e?t@x@db/desk", "postgres://desk:***@db/desk"),
            ("mysql://desk:s3cret@db/desk", "mysql://desk:***@db/desk"),
            ("desk:s3cret@db/desk", "***"),
            ("desk:s3cret@db://desk", "***"),
            ("host=db password=s3cret", "***"),
            ("sqlite:/var/x.db", "sqlite:/var/x.db"),
            ("", ""),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}

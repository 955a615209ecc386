//! A request as a command that sends it again by hand. Whatever stands in it, a POSIX shell takes each part as one word.
use super::headers::HIDDEN;

/// What one word of a command line may hold on Linux is 128 KiB; a longer body goes through a pipe.
const LONGEST_WORD: usize = 100_000;

/// The command. The password of the URL, and what the owner hides, are left to be filled in.
pub(super) fn curl(url: &str, headers: &[(String, String)], body: &str) -> String {
    let (url, has_password) = match url.split_once("://***@") {
        Some((scheme, rest)) => (format!("{scheme}://{rest}"), true),
        None => (url.to_owned(), false),
    };
    // brackets and braces of a URL are no patterns
    let mut lines = vec![format!("curl --globoff --request POST {}", quoted(&url))];
    if has_password {
        lines.push(format!("--user {}", quoted("USER:PASSWORD")));
    }
    for (name, value) in headers {
        let value = match value.as_str() {
            HIDDEN => format!("<your {name}>"),
            _ if has_password && name.eq_ignore_ascii_case("authorization") => continue,
            value => value.to_owned(),
        };
        lines.push(format!("--header {}", quoted(&format!("{name}: {value}"))));
    }
    let piped = body.len() > LONGEST_WORD;
    // `--data` would read a file where a body begins with @
    lines.push(if piped { "--data-binary @-".to_owned() } else { format!("--data-raw {}", quoted(body)) });
    let command = lines.join(" \\\n  ");
    if piped { format!("printf %s {} | \\\n{command}", quoted(body)) } else { command }
}

/// One word of a shell: within single quotes everything is itself, apart from the quote.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// What a shell hands to curl, and to its input.
    fn words(shell: &str, command: &str) -> (Vec<String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let (script, input) = (folder.path().join("script"), folder.path().join("input"));
        let stub = format!("curl() {{ printf '%s\\0' \"$@\"; case \"$*\" in *@-*) cat > '{}';; esac; }}\n{command}\n", input.display());
        std::fs::write(&script, stub).unwrap();
        let ran = Command::new(shell).arg(&script).output().unwrap();
        assert!(ran.status.success() && ran.stderr.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
        let said = String::from_utf8(ran.stdout).unwrap();
        (said.split_terminator('\0').map(str::to_owned).collect(), std::fs::read_to_string(input).unwrap_or_default())
    }

    fn header(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_shell_takes_every_part_as_it_is() {
        let long = format!("{{\"content\":\"{} it's\"}}", "ก".repeat(100_000));
        for body in [
            r#"{"a":"it's \"quoted\" \\ `id` $(id) $HOME !! ;|&<>*?[]{}~#"}"#,
            "line one\nline two\\\r\n\ttabs 'and' ''quotes'''\n",
            "สวัสดี ชาวโลก — ok? '",
            "@/etc/passwd",
            "-d @/etc/passwd",
            "",
            "'",
            "\\",
            &long,
        ] {
            let headers = [header("X-Odd", "it's $5 \"now\" \\"), header("webhook-id", "8a1c")];
            let command = curl("https://a.example/x?y='1'&z=[1]{2}", &headers, body);
            for shell in ["bash", "sh"] {
                let (words, input) = words(shell, &command);
                let url = "https://a.example/x?y='1'&z=[1]{2}";
                let mut expected =
                    vec!["--globoff", "--request", "POST", url, "--header", "X-Odd: it's $5 \"now\" \\", "--header", "webhook-id: 8a1c"];
                if body.len() > LONGEST_WORD {
                    expected.extend(["--data-binary", "@-"]);
                    assert_eq!(input, body);
                } else {
                    expected.extend(["--data-raw", body]);
                }
                assert_eq!(words, expected, "{shell}");
            }
        }
    }

    #[test]
    fn what_is_hidden_is_left_to_be_filled_in() {
        let headers = [header("X-Key", HIDDEN), header("Authorization", "Basic ***"), header("Accept", "application/json")];
        let command = curl("https://***@a.example/hook", &headers, "{}");
        let expected = "curl --globoff --request POST 'https://a.example/hook' \\\n  --user 'USER:PASSWORD' \\\n  --header 'X-Key: <your X-Key>' \\\n  \
                        --header 'Accept: application/json' \\\n  --data-raw '{}'";
        assert_eq!(command, expected);
        assert!(curl("https://a.example/", &[header("Authorization", HIDDEN)], "").contains("'Authorization: <your Authorization>'"));
    }
}

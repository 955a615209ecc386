//! The code that we hand to people for checking signatures does it: each piece is run where its language is at hand.
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

mod rust {
    include!("../../src/webhooks/pages/snippets/rust.txt");
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str = "{\"content\":\"สวัสดี \\\"it's\\\" $5\\n\",\"id\":7}";

/// A request, and whether it is to be believed.
struct Case {
    name: &'static str,
    secret: &'static str,
    id: String,
    timestamp: String,
    signature: String,
    body: String,
    good: bool,
}

/// Made by hand, so that it agrees with nobody's mistakes.
fn signed(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

fn cases() -> Vec<Case> {
    let at = |seconds: i64| (chrono::Utc::now().timestamp() + seconds).to_string();
    let case = |name, good, timestamp: String| {
        let signature = signed(SECRET, "msg_1", &timestamp, BODY);
        Case { name, secret: SECRET, id: "msg_1".into(), timestamp, signature, body: BODY.into(), good }
    };
    let good = || case("as it was sent", true, at(0));
    let other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let of_two = |good: Case| format!("{} {}", signed(other, "msg_1", &good.timestamp, BODY), good.signature);
    vec![
        good(),
        Case { name: "of two signatures the second", signature: of_two(good()), ..good() },
        case("four minutes old", true, at(-240)),
        case("ten minutes old", false, at(-600)),
        case("ten minutes in the future", false, at(600)),
        Case { good: false, name: "another body", body: BODY.replace('7', "8"), ..good() },
        Case { good: false, name: "another id", id: "msg_2".into(), ..good() },
        Case { good: false, name: "another time", timestamp: at(-1), ..good() },
        Case { good: false, name: "another secret", secret: other, ..good() },
        Case { good: false, name: "no signature", signature: String::new(), ..good() },
        Case { good: false, name: "no time", timestamp: String::new(), ..good() },
        Case { good: false, name: "words for a time", timestamp: "now".into(), ..good() },
    ]
}

fn has(program: &str, version: &str) -> bool {
    Command::new(program).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a command for each case. It gets the secret and the headers as arguments and the body as its input, and says `true` or `false`.
fn judge(language: &str, folder: &Path, command: &[&str]) {
    for case in cases() {
        let mut child = Command::new(command[0])
            .args(&command[1..])
            .args([case.secret, &case.id, &case.timestamp, &case.signature])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(case.body.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).trim().to_lowercase();
        assert_eq!(said, case.good.to_string(), "{language}, {}: {}", case.name, String::from_utf8_lossy(&output.stderr));
    }
}

/// A folder with the piece of code and a program around it.
fn folder(code: (&str, &str), main: (&str, &str)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [code, main] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Whether the language is at hand; that it is not is said.
fn at_hand(language: &str, program: &str, version: &str) -> bool {
    let at_hand = has(program, version);
    if !at_hand {
        println!("skipped: {program} is not at hand, so the code for {language} was not run");
    }
    at_hand
}

macro_rules! code {
    ($name:literal) => {
        include_str!(concat!("../../src/webhooks/pages/snippets/", $name, ".txt"))
    };
}

#[test]
fn the_code_for_javascript_checks_signatures() {
    if !at_hand("JavaScript", "node", "--version") {
        return;
    }
    let main = r#"import { readFileSync } from "node:fs";
import { verified } from "./code.mjs";
const [secret, id, timestamp, signature] = process.argv.slice(2);
const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
for (const name in headers) if (!headers[name]) delete headers[name];
console.log(verified(secret, headers, readFileSync(0)));"#;
    let folder = folder(("code.mjs", code!("javascript")), ("main.mjs", main));
    judge("JavaScript", folder.path(), &["node", "main.mjs"]);
}

#[test]
fn the_code_for_python_checks_signatures() {
    if !at_hand("Python", "python3", "--version") {
        return;
    }
    let main = "import sys\nfrom code_here import verified\nsecret, id, timestamp, signature = sys.argv[1:]\n\
                headers = {'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature}\n\
                print(verified(secret, {name: value for name, value in headers.items() if value}, sys.stdin.buffer.read()))\n";
    let folder = folder(("code_here.py", code!("python")), ("main.py", main));
    judge("Python", folder.path(), &["python3", "main.py"]);
}

#[test]
fn the_code_for_ruby_checks_signatures() {
    if !at_hand("Ruby", "ruby", "--version") {
        return;
    }
    let main = "require_relative 'code'\nsecret, id, timestamp, signature = ARGV\n\
                headers = {'webhook-id' => id, 'webhook-timestamp' => timestamp, 'webhook-signature' => signature}.reject { |_, value| value.empty? }\n\
                puts verified?(secret, headers, STDIN.read)\n";
    let folder = folder(("code.rb", code!("ruby")), ("main.rb", main));
    judge("Ruby", folder.path(), &["ruby", "main.rb"]);
}

#[test]
fn the_code_for_php_checks_signatures() {
    if !at_hand("PHP", "php", "--version") {
        return;
    }
    let main = "<?php\nrequire 'code.php';\n[, $secret, $id, $timestamp, $signature] = $argv;\n\
                $server = array_filter(['HTTP_WEBHOOK_ID' => $id, 'HTTP_WEBHOOK_TIMESTAMP' => $timestamp, 'HTTP_WEBHOOK_SIGNATURE' => $signature]);\n\
                echo verified($secret, $server, file_get_contents('php://stdin')) ? 'true' : 'false';\n";
    let folder = folder(("code.php", code!("php")), ("main.php", main));
    judge("PHP", folder.path(), &["php", "main.php"]);
}

#[test]
fn the_code_for_go_checks_signatures() {
    if !at_hand("Go", "go", "version") {
        return;
    }
    let main = "package main\nimport (\"fmt\"; \"io\"; \"net/http\"; \"os\")\nfunc main() {\n\theader := http.Header{}\n\
                \tfor i, name := range []string{\"webhook-id\", \"webhook-timestamp\", \"webhook-signature\"} {\n\
                \t\tif os.Args[2+i] != \"\" { header.Set(name, os.Args[2+i]) }\n\t}\n\
                \tbody, _ := io.ReadAll(os.Stdin)\n\tfmt.Println(verified(os.Args[1], header, body))\n}\n";
    let folder = folder(("code.go", code!("go")), ("main.go", main));
    let built = Command::new("go").args(["build", "-o", "check", "code.go", "main.go"]).current_dir(folder.path()).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    judge("Go", folder.path(), &["./check"]);
}

#[test]
fn the_code_for_java_checks_signatures() {
    if !at_hand("Java", "javac", "-version") {
        return;
    }
    let main = "public class Main {\n    public static void main(String[] said) throws Exception {\n\
                java.util.List<String> names = java.util.List.of(\"webhook-id\", \"webhook-timestamp\", \"webhook-signature\");\n\
                java.util.function.UnaryOperator<String> header = name -> said[1 + names.indexOf(name)].isEmpty() ? null : said[1 + names.indexOf(name)];\n\
                System.out.println(Webhooks.verified(said[0], header, System.in.readAllBytes()));\n    }\n}\n";
    let folder = folder(("Webhooks.java", code!("java")), ("Main.java", main));
    let built = Command::new("javac").args(["Webhooks.java", "Main.java"]).current_dir(folder.path()).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    judge("Java", folder.path(), &["java", "-cp", ".", "Main"]);
}

#[test]
fn the_code_for_csharp_checks_signatures() {
    if !at_hand("C#", "dotnet", "--version") {
        return;
    }
    let main = "var said = System.Environment.GetCommandLineArgs()[1..];\n\
                string? Header(string name) => System.Array.IndexOf(new[] { \"\", \"webhook-id\", \"webhook-timestamp\", \"webhook-signature\" }, name) is var i && said[i] != \"\" ? said[i] : null;\n\
                using var body = new System.IO.MemoryStream();\nSystem.Console.OpenStandardInput().CopyTo(body);\n\
                System.Console.WriteLine(Webhooks.Verified(said[0], Header, body.ToArray()));\n";
    let folder = folder(("Webhooks.cs", code!("csharp")), ("Main.cs", main));
    let project = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net8.0</TargetFramework><Nullable>enable</Nullable></PropertyGroup></Project>";
    std::fs::write(folder.path().join("check.csproj"), project).unwrap();
    let built = Command::new("dotnet").args(["build", "--nologo", "-o", "out"]).current_dir(folder.path()).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stdout));
    judge("C#", folder.path(), &["dotnet", "out/check.dll"]);
}

#[test]
fn the_code_for_rust_checks_signatures() {
    for case in cases() {
        let header = |name: &str| {
            let value = match name {
                "webhook-id" => &case.id,
                "webhook-timestamp" => &case.timestamp,
                _ => &case.signature,
            };
            (!value.is_empty()).then_some(value.as_str())
        };
        assert_eq!(rust::verified(case.secret, header, case.body.as_bytes()), case.good, "{}", case.name);
    }
}

/// What is not run here is read: the headers, the tolerance, the algorithm, the prefixes, a comparison in constant time.
#[test]
fn the_code_for_every_language_does_the_same() {
    for (code, constant_time) in [
        (code!("javascript"), "timingSafeEqual("),
        (code!("python"), "hmac.compare_digest("),
        (code!("ruby"), "OpenSSL.secure_compare("),
        (code!("php"), "hash_equals("),
        (code!("go"), "hmac.Equal("),
        (code!("java"), "MessageDigest.isEqual("),
        (code!("csharp"), "CryptographicOperations.FixedTimeEquals("),
        (code!("rust"), ".verify_slice("),
    ] {
        let plain = code.to_lowercase().replace('_', "-");
        for part in ["webhook-id", "webhook-timestamp", "webhook-signature", "300", "sha256", "whsec-", "v1,"] {
            assert!(plain.contains(part), "{part} is not in {code}");
        }
        assert!(code.contains(constant_time), "{constant_time} is not in {code}");
    }
}

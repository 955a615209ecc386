//! How a receiver checks a signature, in the languages that receivers are written in. `tests/it/snippets.rs` runs them.
/// A piece of code with its language.
pub(super) struct Snippet {
    pub id: String,
    pub language: &'static str,
    pub code: &'static str,
}

const ALL: [(&str, &str, &str); 8] = [
    ("javascript", "JavaScript", include_str!("snippets/javascript.txt")),
    ("python", "Python", include_str!("snippets/python.txt")),
    ("ruby", "Ruby", include_str!("snippets/ruby.txt")),
    ("php", "PHP", include_str!("snippets/php.txt")),
    ("go", "Go", include_str!("snippets/go.txt")),
    ("java", "Java", include_str!("snippets/java.txt")),
    ("csharp", "C#", include_str!("snippets/csharp.txt")),
    ("rust", "Rust", include_str!("snippets/rust.txt")),
];

/// All of them, the most common first.
pub(super) fn all() -> Vec<Snippet> {
    ALL.iter().map(|(id, language, code)| Snippet { id: format!("snippet-{id}"), language, code }).collect()
}

//! The table at the end: each row of what is promised, beside what was reached.

/// What a figure has to be.
#[derive(Clone, Copy)]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// Nothing is promised: the figure is only shown.
    Open,
}

impl Target {
    fn is_met(self, figure: f64) -> Option<bool> {
        match self {
            Target::AtLeast(least) => Some(figure >= least),
            Target::AtMost(most) => Some(figure <= most),
            Target::Open => None,
        }
    }
}

struct Row {
    what: String,
    unit: &'static str,
    target: Target,
    figure: f64,
}

/// The rows so far.
#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// Adds a row and prints it, since the whole takes minutes.
    pub fn add(&mut self, what: impl Into<String>, unit: &'static str, target: Target, figure: f64) {
        let row = Row { what: what.into(), unit, target, figure };
        println!("   {}", row.line());
        self.0.push(row);
    }

    /// All of them, in the form in which the README keeps them.
    pub fn print(&self) {
        println!("\n| row | to reach | reached | |\n|---|---|---|---|");
        self.0.iter().for_each(|row| println!("{}", row.line()));
        let missed = self.0.iter().filter(|row| row.target.is_met(row.figure) == Some(false)).count();
        println!("\n{missed} of {} rows missed", self.0.iter().filter(|row| !matches!(row.target, Target::Open)).count());
    }
}

impl Row {
    fn line(&self) -> String {
        let Row { what, unit, target, figure } = self;
        let to_reach = match target {
            Target::AtLeast(least) => format!("at least {} {unit}", number(*least)),
            Target::AtMost(most) => format!("at most {} {unit}", number(*most)),
            Target::Open => "–".to_owned(),
        };
        let met = match target.is_met(*figure) {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        format!("| {what} | {to_reach} | {} {unit} | {met} |", number(*figure))
    }
}

/// Three digits that mean something, and no fewer than the whole ones.
fn number(figure: f64) -> String {
    match figure.abs() {
        100.0.. => thousands(figure),
        10.0.. => format!("{figure:.1}"),
        1.0.. => format!("{figure:.2}"),
        _ => format!("{figure:.3}"),
    }
}

fn thousands(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

//! Colours that somebody has chosen, and what can be read on them and in them: the contrasts that WCAG asks for at level AA.

/// The contrast of text that can be read.
const READABLE: f64 = 4.5;

/// A colour by its red, green and blue.
pub type Rgb = [u8; 3];

/// White.
pub const WHITE: Rgb = [255, 255, 255];

/// Black.
pub const BLACK: Rgb = [0; 3];

/// The colour of `#rrggbb`.
pub fn of_hex(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// `#rrggbb` of a colour.
pub fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// How much light comes from a colour, from 0 to 1.
fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// How well one is told from the other, from 1 to 21.
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// What can be read on a colour: white if that will do, or else black.
pub fn on(colour: Rgb) -> Rgb {
    if contrast(WHITE, colour) >= READABLE { WHITE } else { BLACK }
}

/// The colour itself, as much darker or lighter as it takes to be read on a ground.
pub fn readable_on(colour: Rgb, ground: Rgb) -> Rgb {
    let goal = if luminance(ground) > 0.18 { BLACK } else { WHITE };
    let steps = (0..=20).map(|step| mixed(colour, goal, f64::from(step) / 20.0));
    steps.into_iter().find(|mixed| contrast(*mixed, ground) >= READABLE).unwrap_or(goal)
}

/// So much of the second colour in the first, from 0 to 1.
fn mixed(one: Rgb, other: Rgb, share: f64) -> Rgb {
    std::array::from_fn(|at| (f64::from(one[at]) * (1.0 - share) + f64::from(other[at]) * share).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_wcag() {
        assert!((contrast(WHITE, [0; 3]) - 21.0).abs() < 0.01);
        assert!((contrast([0x76; 3], WHITE) - 4.54).abs() < 0.01);
        assert_eq!((of_hex("#1f93ff"), of_hex("#1f93f"), of_hex("red")), (Some([0x1f, 0x93, 0xff]), None, None));
        assert_eq!(hex([0x1f, 0x93, 0xff]), "#1f93ff");
    }

    #[test]
    fn whatever_is_chosen_can_be_read() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let colour = [red, green, blue].map(|part: i32| part as u8);
                    assert!(contrast(on(colour), colour) >= 4.5, "{colour:?}");
                    for ground in [WHITE, BLACK, [0xf6, 0xf7, 0xf9]] {
                        assert!(contrast(readable_on(colour, ground), ground) >= 4.5, "{colour:?}");
                    }
                }
            }
        }
        assert_eq!(readable_on([0, 0, 200], WHITE), [0, 0, 200]);
    }
}

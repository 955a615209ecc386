//! The colours of a help centre, as a sheet of its own: a policy that lets no style into pages needs none there.
use super::answer::kept;
use crate::{
    error::{Error, Result},
    web::colour::{Rgb, hex, of_hex, on, readable_on},
};
use actix_web::{HttpRequest, HttpResponse, web::Path};

/// The colour of a help centre of which none is said.
const USUAL: Rgb = [0x1f, 0x5f, 0xbf];

/// The grounds of our pages, light and dark: text in the colour can be read on both.
const GROUNDS: [Rgb; 2] = [[0xf3, 0xf4, 0xf7], [0x22, 0x22, 0x29]];

/// Where the sheet for a colour is.
pub fn url(colour: Option<&str>) -> String {
    let colour = colour.and_then(of_hex).unwrap_or(USUAL);
    format!("/hc/theme/{}.css", hex(colour).trim_start_matches('#'))
}

/// The sheet for a colour.
///
/// # Errors
/// [`Error::NotFound`] for what is no colour.
pub async fn style(request: HttpRequest, colour: Path<String>) -> Result<HttpResponse> {
    let colour = of_hex(&format!("#{colour}")).ok_or(Error::NotFound)?;
    let [light, dark] = GROUNDS.map(|ground| hex(readable_on(colour, ground)));
    let (brand, on_brand) = (hex(colour), hex(on(colour)));
    let sheet = format!(":root {{ --brand: {brand}; --on-brand: {on_brand}; --brand-text: light-dark({light}, {dark}); }}\n");
    Ok(kept(&request, "text/css; charset=utf-8", sheet))
}

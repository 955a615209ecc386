//! Smaller pictures of pictures: made when somebody first asks for one, on a blocking thread and few at once, and kept beside the file.
use super::model::{Blob, LARGEST_SIDE};
use crate::{
    error::{Error, Result},
    storage::{AtHand, Storage},
};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use std::{
    fs::File,
    io::{self, BufReader},
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// How many are made at once on this node: each may take [`MOST_MEMORY`].
static TURNS: Semaphore = Semaphore::const_new(2);

/// How long a request waits for its turn; after that the picture itself will do.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a decoder may take, in bytes.
const MOST_MEMORY: u64 = 192 << 20;

/// Of JPEG, from 1 to 100.
const QUALITY: u8 = 82;

/// The smaller picture of a file, in PNG or JPEG; none where the picture itself is small enough or cannot be read.
///
/// # Errors
/// [`Error::NotFound`] when the file is gone; what the disk says.
pub(super) async fn of(storage: &Storage, blob: &Blob) -> Result<Option<Vec<u8>>> {
    if !blob.has_thumbnail() {
        return Ok(None);
    }
    if let Some(kept) = storage.kept_beside(&blob.key).await? {
        return Ok(Some(kept).filter(|kept| !kept.is_empty()));
    }
    let Ok(Ok(turn)) = timeout(PATIENCE, TURNS.acquire()).await else { return Ok(None) };
    // whoever had the turn before may have made it
    if let Some(kept) = storage.kept_beside(&blob.key).await? {
        return Ok(Some(kept).filter(|kept| !kept.is_empty()));
    }
    let file = storage.at_hand(&blob.key).await?;
    let work = move || {
        // held until the thread is free again, also when nobody waits any more
        let _turn = turn;
        drawn(&file)
    };
    let drawn = match actix_rt::task::spawn_blocking(work).await {
        Ok(drawn) => drawn.map_err(|e| missing_or(blob, e))?,
        // a decoder that has panicked would do so again
        Err(_) => None,
    };
    // nothing is kept of a picture that cannot be read, so that nobody tries again
    if let Err(e) = storage.keep_beside(&blob.key, drawn.clone().unwrap_or_default()).await {
        tracing::warn!(blob = blob.id.0, error = %e, "a smaller picture could not be kept");
    }
    Ok(drawn)
}

fn missing_or(blob: &Blob, e: io::Error) -> Error {
    match e.kind() {
        io::ErrorKind::NotFound => {
            tracing::error!(blob = blob.id.0, "a file is missing in the storage");
            Error::NotFound
        }
        _ => Error::Internal(format!("a picture could not be read: {e}")),
    }
}

/// The type of a smaller picture.
pub(super) fn content_type(picture: &[u8]) -> &'static str {
    if picture.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" }
}

fn drawn(file: &AtHand) -> io::Result<Option<Vec<u8>>> {
    match draw(BufReader::new(File::open(&file.path)?)) {
        Ok(picture) => Ok(Some(picture)),
        // the disk, and not the picture; a file that ends too early is none of the disk's faults
        Err(ImageError::IoError(e)) if !matches!(e.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData) => Err(e),
        Err(_) => Ok(None),
    }
}

fn draw(file: impl io::BufRead + io::Seek) -> Result<Vec<u8>, ImageError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::new(file).with_guessed_format().map_err(ImageError::IoError)?;
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    // without an orientation that can be read a picture stands as it is
    let orientation = decoder.orientation().ok();
    let whole = DynamicImage::from_decoder(decoder)?;
    let mut small = match whole.width().max(whole.height()) {
        side if side > LARGEST_SIDE => whole.thumbnail(LARGEST_SIDE, LARGEST_SIDE),
        _ => whole,
    };
    if let Some(orientation) = orientation {
        small.apply_orientation(orientation);
    }
    let mut written = Vec::new();
    // only the points are written: where a picture was taken, and by whom, stays behind
    if small.color().has_alpha() {
        small.into_rgba8().write_with_encoder(PngEncoder::new(&mut written))?;
    } else {
        let points: RgbImage = small.into_rgb8();
        points.write_with_encoder(JpegEncoder::new_with_quality(&mut written, QUALITY))?;
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgb};
    use std::io::Cursor;

    /// Red on the left, blue on the right.
    fn picture(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) })
    }

    fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut file = Vec::new();
        picture.into().write_to(&mut Cursor::new(&mut file), format).unwrap();
        file
    }

    fn read(file: &[u8]) -> DynamicImage {
        image::load_from_memory(&draw(Cursor::new(file)).unwrap()).unwrap()
    }

    #[test]
    fn each_format_becomes_smaller_in_its_proportions() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
            let small = read(&written(picture(1000, 400), format));
            assert_eq!((small.width(), small.height()), (250, 100), "{format:?}");
            let (left, right) = (small.to_rgb8().get_pixel(5, 50).0, small.to_rgb8().get_pixel(245, 50).0);
            assert!(left[0] > 200 && right[2] > 200, "{format:?}: {left:?} {right:?}");
        }
        let narrow = read(&written(picture(3000, 2), ImageFormat::Png));
        assert_eq!((narrow.width(), narrow.height()), (250, 1));
    }

    #[test]
    fn what_shines_through_still_does() {
        let glass = image::RgbaImage::from_pixel(600, 600, image::Rgba([1, 2, 3, 0]));
        assert_eq!(read(&written(glass, ImageFormat::Png)).to_rgba8().get_pixel(9, 9).0[3], 0);
    }

    /// A JPEG with what a camera notes: it was held upright, so that the picture lies on its side.
    fn from_a_camera() -> Vec<u8> {
        let jpeg = written(picture(1000, 400), ImageFormat::Jpeg);
        let noted = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let length = u16::try_from(noted.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, noted, &jpeg[2..]].concat()
    }

    #[test]
    fn it_stands_upright_and_says_nothing_of_the_camera() {
        let small = draw(Cursor::new(from_a_camera())).unwrap();
        assert!(!small.windows(4).any(|part| part == b"Exif"));
        let small = image::load_from_memory(&small).unwrap().to_rgb8();
        assert_eq!(small.dimensions(), (100, 250));
        // turned to the right, what was on the left is above
        assert!(small.get_pixel(50, 5).0[0] > 200 && small.get_pixel(50, 245).0[2] > 200);
    }

    #[test]
    fn what_cannot_be_read_or_is_too_large_is_refused() {
        let cut = written(picture(1000, 400), ImageFormat::Png);
        assert!(draw(Cursor::new(&cut[..cut.len() / 2])).is_err());
        assert!(draw(Cursor::new(b"<svg onload='alert(1)'/>")).is_err());
        assert!(draw(Cursor::new(b"")).is_err());
        // a few bytes that claim to be 60,000 points wide and high
        let mut bomb = written(picture(2, 2), ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert!(matches!(draw(Cursor::new(&bomb)), Err(ImageError::Limits(_) | ImageError::Decoding(_))));
    }
}

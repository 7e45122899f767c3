//! Makes pictures of screens small: at most 256 colours, which is what a screen has but for the
//! edges of its letters.
//!
//! PNG by its specification (W3C, Portable Network Graphics, third edition): chunks, filters, palette.

use std::collections::HashMap;
use std::io::{Read, Write};

use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// Colours of a picture.
const COLOURS_MAX: usize = 256;
/// Bytes of a pixel as chromium writes it: red, green, blue.
const PIXEL: usize = 3;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

type Colour = [u8; PIXEL];

/// The same picture with a palette.
pub fn shrink(png: &[u8]) -> Vec<u8> {
    let (head, data) = chunks(png);
    assert_eq!(&head[8..], [8, 2, 0, 0, 0], "eight bits, RGB, not interlaced");
    let width = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
    let mut raw = Vec::new();
    ZlibDecoder::new(data.as_slice()).read_to_end(&mut raw).unwrap();
    let pixels = unfiltered(&raw, width * PIXEL);
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for pixel in pixels.chunks_exact(PIXEL) {
        *counts.entry(pixel.try_into().unwrap()).or_default() += 1;
    }
    let palette = palette(&counts);
    let places: HashMap<Colour, u8> =
        counts.keys().map(|colour| (*colour, nearest(&palette, colour))).collect();
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
    for row in pixels.chunks_exact(width * PIXEL) {
        let places = row.chunks_exact(PIXEL).map(|pixel| places[pixel]);
        let line: Vec<u8> = std::iter::once(0).chain(places).collect();
        rows.write_all(&line).unwrap();
    }
    let mut out = SIGNATURE.to_vec();
    add(&mut out, b"IHDR", &[&head[..8], &[8, 3, 0, 0, 0]].concat());
    add(&mut out, b"PLTE", palette.as_flattened());
    add(&mut out, b"IDAT", &rows.finish().unwrap());
    add(&mut out, b"IEND", &[]);
    out
}

/// The header and all data of a picture.
fn chunks(png: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut head, mut data) = (Vec::new(), Vec::new());
    let mut rest = png.strip_prefix(SIGNATURE).unwrap();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let (kind, after) = after.split_at(4);
        match kind {
            b"IHDR" => head.extend_from_slice(&after[..length]),
            b"IDAT" => data.extend_from_slice(&after[..length]),
            _ => {}
        }
        rest = &after[length + 4..];
    }
    (head, data)
}

/// The pixels of lines that each say how they were filtered.
fn unfiltered(raw: &[u8], width: usize) -> Vec<u8> {
    let mut pixels: Vec<u8> = Vec::with_capacity(raw.len());
    for (row, line) in raw.chunks_exact(width + 1).enumerate() {
        let (filter, line) = line.split_first().unwrap();
        for (column, byte) in line.iter().enumerate() {
            let at = row * width + column;
            let left = if column < PIXEL { 0 } else { pixels[at - PIXEL] };
            let up = if row == 0 { 0 } else { pixels[at - width] };
            let corner = if row == 0 || column < PIXEL { 0 } else { pixels[at - width - PIXEL] };
            let guess = match filter {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                _ => paeth(left, up, corner),
            };
            pixels.push(byte.wrapping_add(guess));
        }
    }
    pixels
}

/// Which neighbour is nearest to left + up - corner.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let off = |byte: u8| (guess - i16::from(byte)).abs();
    if off(left) <= off(up) && off(left) <= off(corner) {
        left
    } else if off(up) <= off(corner) {
        up
    } else {
        corner
    }
}

/// The colours that are seen most, then, one by one, whichever is missed most: far from all that
/// were taken, and seen often.
fn palette(counts: &HashMap<Colour, usize>) -> Vec<Colour> {
    let mut colours: Vec<(Colour, usize)> = counts.iter().map(|(c, n)| (*c, *n)).collect();
    colours.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let rest = colours.split_off(colours.len().min(COLOURS_MAX / 4));
    let mut palette: Vec<Colour> = colours.into_iter().map(|(colour, _)| colour).collect();
    let mut missed: Vec<(Colour, u32, u64)> = rest
        .into_iter()
        .map(|(colour, count)| {
            let off = palette.iter().map(|own| off(own, &colour)).min().unwrap_or(0);
            (colour, off, (count as u64).isqrt())
        })
        .collect();
    while palette.len() < COLOURS_MAX {
        let most = missed.iter().max_by_key(|(_, off, seen)| u64::from(*off) * seen);
        let Some((taken, 1.., _)) = most.copied() else { break };
        palette.push(taken);
        for (colour, nearest, _) in &mut missed {
            *nearest = (*nearest).min(off(&taken, colour));
        }
    }
    palette
}

/// How far two colours are apart.
fn off(one: &Colour, other: &Colour) -> u32 {
    one.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
}

fn nearest(palette: &[Colour], colour: &Colour) -> u8 {
    let best = (0..palette.len()).min_by_key(|place| off(&palette[*place], colour)).unwrap();
    u8::try_from(best).unwrap()
}

/// Adds a chunk with its length and check sum.
fn add(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    out.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}

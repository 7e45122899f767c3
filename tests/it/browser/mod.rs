//! The pages in a real browser: Debian's chromium by WebDriver, axe-core for accessibility.
//!
//! How to write one:
//!
//! - A file a part of the pages; a test a story, and not a test an assertion: a browser takes a
//!   second to start, and only [`AT_ONCE`] of them run at the same time. What every screen must be
//!   (axe-core, sideways scroll, console, English, hostile texts) is looked at by `sweep` alone; a
//!   state that it does not reach is looked at by [`Browser::check`] where it is reached.
//! - `let service = office::open();` starts the real program, `office::ring(&service)` has the
//!   customer ring it, `Browser::open(&service)` opens the browser on it, and
//!   [`Browser::beside`] a second one with cookies of its own.
//! - Steps wait for what they name ([`Browser::wait`], [`Browser::wait_text`]); whatever comes later
//!   on a slow machine is waited for by what it shows, never for a time.
//! - Tabs, saved files and paper are in `windows.rs`, the text of a PDF in `pdf.rs`. What offers an undo
//!   for some seconds is pressed behind [`Browser::patient`], or a slow machine comes too late.
//! - Elements are found by CSS: best by what people see (`[aria-label=…]`, roles), then by classes.
//! - `eprintln!("{}", browser.shot("name"))` in a test that fails shows where the picture went.

mod admin_lists;
mod admin_rows;
mod admin_table;
mod admin_texts;
mod arrival;
#[allow(dead_code)] // what people do on pages is here, whether or not a test does it today
mod axe;
mod choices;
mod controls;
mod customers;
mod desk;
mod desk_card;
mod desk_feed;
mod desk_screens;
#[allow(dead_code)]
mod driver;
#[allow(dead_code)]
mod elements;
mod guards;
mod history;
mod keys;
mod notices;
mod orders;
mod pages;
mod paper;
mod pdf;
mod people;
mod samples;
mod sign_in;
mod statistics;
mod sweep;
mod tabs;
#[allow(dead_code)]
mod windows;
mod work;

pub use driver::Browser;

/// Browsers at the same time.
const AT_ONCE: usize = 2;

// The office side of the administration.
mod deliveries;
mod import;
mod overview;
mod start;

//! Compiling and rendering.

use std::io;
use std::sync::{LazyLock, PoisonError, RwLock};

use minijinja::{AutoEscape, Environment, Error, ErrorKind};

use super::{Landing, OUTPUT_BYTES_MAX, Values, escape, filters};

/// Instructions that one rendering may use; a message of 8,000 characters needs some hundreds.
const FUEL: u64 = 20_000;
/// Compiled templates kept for each landing; an installation has some dozens.
const COMPILED_MAX: usize = 256;

/// Why a template that was accepted could not be rendered with these values.
#[derive(Debug, thiserror::Error)]
pub enum RenderFault {
    /// The text grew beyond 64 KiB.
    #[error("the rendered text is longer than 64 KiB")]
    TooLong,
    /// The template ran longer than allowed.
    #[error("the template needs too many steps")]
    TooMuchWork,
    /// Anything else, e.g. arithmetic with a text.
    #[error("the template cannot be rendered")]
    Engine(#[source] Error),
}

/// The engine of one landing with its compiled templates, each under its own text as name.
struct Engine {
    environment: Environment<'static>,
    compiled: usize,
}

static ENGINES: LazyLock<Vec<RwLock<Engine>>> =
    LazyLock::new(|| Landing::ALL.iter().map(|landing| RwLock::new(engine(*landing))).collect());

fn engine(landing: Landing) -> Engine {
    let mut environment = filters::environment(landing);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(move |_| match landing {
        Landing::Html => AutoEscape::Html,
        _ => AutoEscape::Custom("landing".into()),
    });
    environment.set_formatter(move |out, state, value| escape::write(landing, out, state, value));
    Engine { environment, compiled: 0 }
}

/// Renders `text` with `values`, escaped for `landing`, within bounded work and output.
pub fn render(text: &str, landing: Landing, values: &Values) -> Result<String, RenderFault> {
    if !text.contains('{') {
        return Ok(escape::finish(landing, text.to_owned()));
    }
    let Some(slot) = ENGINES.get(landing.index()) else {
        return Err(RenderFault::Engine(Error::from(ErrorKind::TemplateNotFound)));
    };
    let read = slot.read().unwrap_or_else(PoisonError::into_inner);
    if let Ok(template) = read.environment.get_template(text) {
        return run(&template, landing, values);
    }
    drop(read);
    let mut write = slot.write().unwrap_or_else(PoisonError::into_inner);
    if write.compiled >= COMPILED_MAX {
        write.environment.clear_templates();
        write.compiled = 0;
    }
    write
        .environment
        .add_template_owned(text.to_owned(), text.to_owned())
        .map_err(RenderFault::Engine)?;
    write.compiled += 1;
    let template = write.environment.get_template(text).map_err(RenderFault::Engine)?;
    run(&template, landing, values)
}

fn run(
    template: &minijinja::Template<'_, '_>,
    landing: Landing,
    values: &Values,
) -> Result<String, RenderFault> {
    let mut out = Bounded(Vec::with_capacity(256));
    match template.render_captured_to(values.context(), &mut out) {
        Ok(_) => Ok(escape::finish(landing, String::from_utf8_lossy(&out.0).into_owned())),
        Err(error) => Err(match error.kind() {
            ErrorKind::OutOfFuel => RenderFault::TooMuchWork,
            ErrorKind::WriteFailure => RenderFault::TooLong,
            _ => RenderFault::Engine(error),
        }),
    }
}

/// Takes no more than [`OUTPUT_BYTES_MAX`].
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_BYTES_MAX {
            return Err(io::Error::other("output limit"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

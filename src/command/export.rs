//! `export`.

use std::ffi::OsStr;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use indicatif::ProgressBar;

use super::{Failure, interrupt, screen, texts};
use crate::config::{ExportArguments, Exported, Settings};
use crate::resource::Resource;
use crate::resource::catalog::{CALL, CUSTOMER, LINE};
use crate::schedule::{DraftFile, draft_of};
use crate::store::{self, Export};
use crate::transfer::{CardWriter, Charset, CsvWriter, XlsxWriter};

/// Writes beside the file and puts it in its place when it is whole. It is for its owner alone.
pub(super) fn run(arguments: &ExportArguments, settings: &Settings) -> Result<(), Failure> {
    let resource = match arguments.what {
        Exported::Customers => &CUSTOMER,
        Exported::Calls => &CALL,
        Exported::Lines => &LINE,
    };
    let path = &arguments.file;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let writer = Writer::start(resource, path, folder)?;
    let mut rows = store::export(&settings.data_dir, resource)?;
    let unwritable = |error| Failure::Refused(texts::unwritable(path, &error));
    interrupt::removes(vec![draft_of(path).map_err(unwritable)?])?;
    let file = DraftFile::begin(path).map_err(unwritable)?;
    let bar = ProgressBar::new(rows.rows()?);
    writer.write(&mut rows, &file, &bar)?;
    file.keep().map_err(unwritable)?;
    let written = bar.position();
    bar.finish_and_clear();
    Ok(screen::say(&texts::exported(resource.title, written, path))?)
}

/// What the ending of the file asks for.
enum Writer {
    /// With the beginning of the file.
    Csv(CsvWriter, Vec<u8>),
    Xlsx(Box<XlsxWriter>),
    Cards(CardWriter),
}

impl Writer {
    fn start(resource: &'static Resource, path: &Path, folder: &Path) -> Result<Self, Failure> {
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let cards = CardWriter::start(resource);
        match (ending.to_ascii_lowercase().as_str(), cards) {
            ("csv", _) => {
                let (writer, head) = CsvWriter::start(resource, Charset::Utf8);
                Ok(Self::Csv(writer, head))
            }
            ("xlsx", _) => Ok(Self::Xlsx(Box::new(XlsxWriter::start(resource, folder)?))),
            ("vcf", Some(writer)) => Ok(Self::Cards(writer)),
            (_, cards) => Err(Failure::Usage(texts::unknown_ending(cards.is_some()))),
        }
    }

    fn write(self, rows: &mut Export, file: &DraftFile, bar: &ProgressBar) -> Result<(), Failure> {
        let mut out = BufWriter::new(file.file());
        match self {
            Self::Csv(writer, head) => {
                out.write_all(&head)?;
                pages(rows, bar, |page| Ok(out.write_all(&writer.page(page)?)?))?;
            }
            Self::Cards(writer) => {
                pages(rows, bar, |page| Ok(out.write_all(&writer.page(page)?)?))?;
            }
            Self::Xlsx(mut writer) => {
                pages(rows, bar, |page| Ok(writer.page(page)?))?;
                writer.finish(file.file())?;
            }
        }
        Ok(io::Write::flush(&mut out)?)
    }
}

fn pages(
    rows: &mut Export,
    bar: &ProgressBar,
    mut each: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    while let Some(page) = rows.next_page()? {
        each(&page.json)?;
        bar.inc(u64::try_from(page.rows)?);
    }
    Ok(())
}

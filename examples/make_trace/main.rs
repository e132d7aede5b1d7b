//! Makes traces of any size and shape, and the demo that the page carries; `--help` says how.
//!
//! `options` reads the command line and `values` what it says, `shapes` invents spans one by one from the `catalogue` of services with their
//! `attributes`, `demo` tells the story of a ride-hailing app, `jaeger` writes either as a stream. Nothing here knows
//! the viewer: what it reads should not be made by its own code.

mod attributes;
mod catalogue;
pub mod demo;
pub mod jaeger;
pub mod options;
mod random;
mod shapes;
mod values;

use options::{Command, Output, Settings};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let command = match options::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(fault) => {
            eprintln!("make_trace: {fault}");
            return ExitCode::from(2);
        }
    };
    match run(&command, io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // `make_trace … | head` has seen enough.
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("make_trace: cannot write: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command, mut out: impl Write) -> io::Result<()> {
    match command {
        Command::Help => out.write_all(options::help().as_bytes()),
        Command::Demo(output) => packed(out, *output, |out| write_demo(out, *output)),
        Command::Generate(settings, output) => packed(out, *output, |out| write_shapes(out, settings, *output)),
    }
}

/// Through a buffer and, if asked, gzip: its header has no time and no name, so equal input is equal output.
fn packed(out: impl Write, output: Output, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, out);
    if !output.gzip {
        write(&mut out)?;
        return out.flush();
    }
    let gzip = flate2::write::GzEncoder::new(out, flate2::Compression::best());
    let mut gzip = BufWriter::with_capacity(1 << 16, gzip);
    write(&mut gzip)?;
    let gzip = gzip.into_inner().map_err(io::IntoInnerError::into_error)?;
    gzip.finish()?.flush()
}

pub fn write_demo(out: &mut dyn Write, output: Output) -> io::Result<()> {
    let traces = demo::traces();
    jaeger::write(out, output.layout, traces.into_iter())
}

pub fn write_shapes(out: &mut dyn Write, settings: &Settings, output: Output) -> io::Result<()> {
    let catalogue = catalogue::Catalogue::new(settings.services);
    jaeger::write(out, output.layout, shapes::traces(settings, &catalogue))
}

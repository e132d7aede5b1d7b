//! A regular expression as instructions.

use super::syntax::{Assertion, Node, Set};

#[derive(Debug)]
pub enum Instruction {
    /// Goes on with the next instruction after a character of a set.
    Take(Set),
    /// Goes on with the next instruction if it is true.
    Assert(Assertion),
    Jump(u32),
    /// Goes on at both.
    Split(u32, u32),
    /// The expression was found.
    End,
}

#[derive(Debug)]
pub struct Program {
    pub instructions: Vec<Instruction>,
}

/// Instructions of a program; each is looked at for each character of a text at most.
const LARGEST: usize = 2000;

impl Program {
    /// `None`: it would be too large.
    #[cold]
    pub fn new(node: &Node) -> Option<Program> {
        let mut program = Program { instructions: Vec::new() };
        program.add(node)?;
        program.push(Instruction::End)?;
        Some(program)
    }

    /// Whether the instruction goes on after the character.
    pub fn takes(&self, place: u32, c: char) -> bool {
        matches!(&self.instructions[place as usize], Instruction::Take(set) if set.has(c))
    }

    fn here(&self) -> u32 {
        self.instructions.len() as u32
    }

    #[cold]
    fn push(&mut self, instruction: Instruction) -> Option<usize> {
        self.instructions.push(instruction);
        (self.instructions.len() <= LARGEST).then_some(self.instructions.len() - 1)
    }

    /// The nesting of nodes is bounded by the parser.
    #[cold]
    fn add(&mut self, node: &Node) -> Option<()> {
        match node {
            Node::Take(set) => _ = self.push(Instruction::Take(set.clone()))?,
            Node::Assert(assertion) => _ = self.push(Instruction::Assert(*assertion))?,
            Node::All(parts) => parts.iter().try_for_each(|part| self.add(part))?,
            Node::Any(parts) => self.add_any(parts)?,
            Node::Repeat(part, least, most) => self.add_repeat(part, *least, *most)?,
        }
        Some(())
    }

    #[cold]
    fn add_any(&mut self, parts: &[Node]) -> Option<()> {
        let Some((last, others)) = parts.split_last() else { return Some(()) };
        let mut jumps = Vec::new();
        for part in others {
            let split = self.push(Instruction::Split(self.here() + 1, 0))?;
            self.add(part)?;
            jumps.push(self.push(Instruction::Jump(0))?);
            self.instructions[split] = Instruction::Split(split as u32 + 1, self.here());
        }
        self.add(last)?;
        jumps.into_iter().for_each(|jump| self.instructions[jump] = Instruction::Jump(self.here()));
        Some(())
    }

    #[cold]
    fn add_repeat(&mut self, part: &Node, least: u32, most: Option<u32>) -> Option<()> {
        (0..least).try_for_each(|_| self.repeat_once(part))?;
        let Some(most) = most else {
            let split = self.push(Instruction::Split(self.here() + 1, 0))?;
            self.repeat_once(part)?;
            self.push(Instruction::Jump(split as u32))?;
            self.instructions[split] = Instruction::Split(split as u32 + 1, self.here());
            return Some(());
        };
        let mut splits = Vec::new();
        for _ in least..most {
            splits.push(self.push(Instruction::Split(self.here() + 1, 0))?);
            self.repeat_once(part)?;
        }
        let end = self.here();
        splits.into_iter().for_each(|split| self.instructions[split] = Instruction::Split(split as u32 + 1, end));
        Some(())
    }

    /// A part may have no instructions; a thousand times a thousand of it must end all the same.
    #[cold]
    fn repeat_once(&mut self, part: &Node) -> Option<()> {
        let before = self.here();
        self.add(part)?;
        if self.here() == before {
            self.push(Instruction::Jump(before + 1))?;
        }
        Some(())
    }
}

/// The longest run of characters that stands outside of all choices: it is in every text that matches.
pub fn required(node: &Node) -> String {
    let (mut longest, mut run) = (String::new(), String::new());
    collect(node, &mut longest, &mut run);
    if run.len() > longest.len() { run } else { longest }
}

#[cold]
fn collect(node: &Node, longest: &mut String, run: &mut String) {
    match node {
        Node::All(parts) => parts.iter().for_each(|part| collect(part, longest, run)),
        Node::Take(set) if set.only().is_some() => run.extend(set.only()),
        Node::Assert(_) => {}
        // What is repeated once at least is there once; what comes before and after does not touch it for sure.
        Node::Repeat(part, 1.., _) => {
            end(longest, run);
            collect(part, longest, run);
            end(longest, run);
        }
        Node::Take(_) | Node::Any(_) | Node::Repeat(..) => end(longest, run),
    }
}

fn end(longest: &mut String, run: &mut String) {
    if run.len() > longest.len() {
        std::mem::swap(longest, run);
    }
    run.clear();
}

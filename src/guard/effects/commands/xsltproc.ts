// xsltproc: transforms XML by a stylesheet, which is a program: it may open, fetch and write what it names.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";
import { originOfFile } from "../languages/interpret.ts";
import { runsFrom } from "../projects/project-scripts.ts";

export const xsltproc: CommandModel = fileProgram({
  names: ["xsltproc"],
  operands: "inputs",
  outputs: "-o --output",
  choices: "--maxdepth --maxvars --maxparserdepth --seed-rand --encoding --path --writesubtree",
  flags:
    "-V --verbose -v --timing --repeat --debug --dumpextensions --novalid --nodtdattr --noout --huge --html --nonet --nowrite --nomkdir --catalogs --xinclude --xincludestyle --load-trace --profile --norman",
  more: ({ operands }, context) =>
    operands.slice(0, 1).map((path) => runsFrom("xsltproc", originOfFile(path, context))),
});

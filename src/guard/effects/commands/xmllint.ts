// xmllint: checks, formats and asks XML files; with some options what they name is opened too.
import type { CommandModel, Consequence, ModelContext } from "../model/command-model.ts";
import { type Text, textOf } from "../../shell/values/text.ts";
import { fileProgram, opens } from "../projects/file-program.ts";
import { readsUnknown } from "../model/filter.ts";

/** Options after which entities, definitions and inclusions that a document names are opened, from the network too. */
const RESOLVING =
  /^--?(?:noent|valid|postvalid|xinclude|noxincludenode|loaddtd|dtdattr|c14n(?:11)?|exc-c14n|shell|auto|memory-entities|catalogs|load-trace)$/;
/** What in a schema names further files. */
const INCLUDING =
  /<[\w:]*(?:import|include|redefine|externalRef)\b|<!DOCTYPE[^>]*\b(?:SYSTEM|PUBLIC)\b/;

export const xmllint: CommandModel = fileProgram({
  names: ["xmllint"],
  operands: "inputs",
  outputs: "-o --output -output",
  first: "--schema -schema --relaxng -relaxng --schematron -schematron --dtdvalid -dtdvalid",
  choices:
    "--path -path --dtdvalidfpi --maxmem --encode -encode --pretty --pattern -pattern --xpath -xpath --max-ampl",
  flags:
    "-version --debug --debugent --copy --recover -recover --huge --noent -noent --noenc --noout -noout --load-trace --nonet -nonet --nocompact --htmlout --nowrap --valid -valid --postvalid --quiet --timing --repeat --insert --compress --html -html --xmlout --nodefdtd --push --pushsmall --memory --nowarning --noblanks --nocdata --format -format --dropdtd --c14n --c14n11 --exc-c14n --nsclean --testIO --catalogs --nocatalogs --auto --xinclude --noxincludenode --nofixup-base-uris --loaddtd --dtdattr --stream --walker --chkregister --sax1 --sax --oldxml10 --shell",
  more: ({ args, values }, context) => [
    ...values("first").flatMap((path) => schema(path, context)),
    ...(args.some((word) => RESOLVING.test(textOf(word) ?? ""))
      ? readsUnknown("files and addresses that a document names")
      : []),
  ],
});

/** A schema is read, and so is what it includes. */
function schema(path: Text, context: ModelContext): readonly Consequence[] {
  const texts = context.textAt(path).map((text) => textOf(text));
  const includes = texts.some((text) => text === undefined || INCLUDING.test(text));
  return [
    ...opens(path, "entry"),
    ...(includes ? readsUnknown("files and addresses that a schema names") : []),
  ];
}

// codesign, lipo, install_name_tool and others that show or change what a program for macOS holds.
import { effect } from "../model/verbs.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { textOf } from "../../shell/values/text.ts";
import { reads, writes } from "../model/consequences.ts";
import { optionValues } from "../model/option-list.ts";

export const codesign = classifiedBySubcommand({
  readOnly: {
    codesign:
      /^(-[dvh]+|--display|--verify|--verbose(=\d)?|--deep|--strict|--entitlements (-|:-)|-r-|--xml|--check-notarization|\s)+(\s+[^-]\S*)*$/,
    lipo: /^(-info|-archs|-detailed_info)(\s+\S+)+$|^\S+\s+(-info|-archs|-detailed_info|-verify_arch)(\s+\S+)*$/,
    otool: /^.*$/,
    dwarfdump: /^(?!.*(?:-o\b|--out-file)).*$/,
    stapler: /^validate(\s+\S+)+$/,
    pkgutil:
      /^--(pkgs|pkgs=\S+|pkg-info|files|file-info|check-signature|payload-files|lsbom|volume \S+)(\s+\S+)*$/,
    install_name_tool: /^$/,
    dsymutil: /^(-s|--symtab|--dump-debug-map)(\s+\S+)*$/,
  },
  otherwise: ({ name, args, words }) => [
    ...(name === "pkgutil" && !words.some((word) => /^--(?:expand|flatten)/.test(word))
      ? [effect<"deploy">({ kind: "deploy", system: "machine", operation: "packages" })]
      : []),
    ...optionValues(args, "-o", "-output", "--out").map((path) => writes(path, "create")),
    ...optionValues(args, "--entitlements", "-r").map((path) => reads(path)),
    // The program that is named last changes where it is.
    ...args
      .slice(-1)
      .flatMap((path) =>
        textOf(path)?.startsWith("-") === true || words.length < 2
          ? []
          : [writes(path, "change", { reach: "tree" })],
      ),
  ],
});

// rimraf, cpx, shx, degit and other packages of npm that do to files what rm, cp, mkdir or git clone do.
import { hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, writes } from "../model/consequences.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { flags } from "../model/option-list.ts";
import { namedFiles } from "../model/verbs.ts";
import { wrapper } from "../model/wrapper.ts";

const DELETES = "rimraf del del-cli premove rm-cli trash-cli";
const MAKES = "mkdirp make-dir make-dir-cli touch-cli";
/** The last word is where the others go. */
const COPIES =
  "cpx cpx2 cpy cpy-cli copyfiles copyup ncp cpr cp-cli move-file-cli mve renamer symlink-dir sync-glob";
const FETCHES = "degit tiged giget gitpick";

/** What comes is of whoever keeps the repository. */
const STRANGE = [
  hole("dynamic-code", {
    sources: [
      { kind: "network", destination: { host: undefined, port: undefined, scheme: "https" } },
    ],
  }),
];

export const filePackages: CommandModel = command({
  names: `${DELETES} ${MAKES} ${COPIES} ${FETCHES}`.split(" "),
  // Options say how; what is done stands in the name.
  hasOtherOptions: true,
  options: { about: flags("--version --help -h -V -v") },
  effects: ({ name, args, operands, has }, context): readonly Consequence[] => {
    if (has("about") && operands.length === 0) return [];
    const isOf = (names: string): boolean => names.split(" ").includes(name);
    const places = operands.map(placeOf);
    const last = places.slice(1).at(-1);
    return [
      runsFrom(name, "system"),
      ...namedFiles(args, context),
      ...(isOf(DELETES) ? known(places).map((path) => deletes(path, "tree")) : []),
      ...(isOf(MAKES) ? known(places).map((path) => writes(path, "create")) : []),
      ...(isOf(COPIES) && last !== undefined ? [writes(last, "create", { reach: "tree" })] : []),
      ...(isOf(FETCHES) ? fetches(places) : []),
    ];
  },
});

/** The words behind shx are those of the program that it is like. */
export const shx: CommandModel = wrapper("shx", {});

function fetches([from, to]: readonly (Text | undefined)[]): readonly Consequence[] {
  if (from === undefined) return [];
  const source = (textOf(from) ?? "?").replace(/^(?:github|gitlab|bitbucket|gh|sourcehut):/, "");
  const own =
    source
      .replace(/[#@].*$/s, "")
      .split("/")
      .at(-1) ?? "";
  return [
    {
      kind: "contacts",
      url: literal(/^[a-z+]+:\/\//.test(source) ? source : "https://github.com/"),
      carries: [{ kind: "argument" }],
    },
    writes(to ?? literal(own === "" ? "." : own), "create", { reach: "tree", content: [STRANGE] }),
  ];
}

/** The folder in which a pattern of these programs begins; undefined where it begins in the working directory. */
function placeOf(word: Text): Text | undefined {
  const text = textOf(word);
  if (text === undefined || !/[*?[{]/.test(text)) return word;
  const base = /^((?:[^*?[{/]*\/)+)/.exec(text)?.[1];
  if (base === undefined || /^(?:\.\/)+$/.test(base)) return undefined;
  return literal(base === "/" ? base : base.slice(0, -1));
}

function known(places: readonly (Text | undefined)[]): readonly Text[] {
  return places.filter((path) => path !== undefined);
}

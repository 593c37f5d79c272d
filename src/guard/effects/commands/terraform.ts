// terraform and its relatives: infrastructure that is planned, changed and destroyed; providers are programs.
import { escapeGlob } from "#base/glob.ts";
import { hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import {
  asksAccount,
  both,
  effect,
  installs,
  readOnlyVerb,
  runsCode,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const changes: Verb = both(
  {
    effects: ({ name, verb, has }) => [
      effect<"deploy">({
        kind: "deploy",
        system: name,
        operation: verb === "apply" && has("-destroy", "--destroy") ? "destroy" : verb,
      }),
    ],
  },
  runsCode("project"),
  asksAccount(),
);

/** Files that the options of a plan name. */
const outputs: Verb = {
  effects: ({ words }) =>
    words.flatMap((word, at): Consequence[] => {
      const text = textOf(word) ?? "";
      const name =
        /^--?(?:out|output|o|generate-config-out|state-out|save-plan|backup)(?:=(.*))?$/.exec(text);
      if (name === null) return [];
      const path = name[1] === undefined ? words[at + 1] : literal(name[1]);
      return path === undefined || /^(?:json|yaml)$/.test(textOf(path) ?? "")
        ? []
        : [writes(path, "create", { reach: "tree" })];
    }),
};

/** How many files are listed one by one. */
const FILES_MAX = 200;

/** Changes the layout of the files of a directory; `-check` and `-write=false` only look. */
function formats(directory: Text): Verb {
  return {
    options: [
      flags(
        "-check -diff -recursive -list -list=false -write=false -write=true -no-color --terragrunt-check --terragrunt-diff",
      ),
    ],
    effects: (call, context) => {
      const looksOnly = call.has("-check", "-write=false");
      const roots = call.operands.length === 0 ? [literal(".")] : call.operands;
      const isStream = (root: Text): boolean => textOf(root) === "-";
      return roots
        .filter((root) => !isStream(root))
        .flatMap((root): Consequence[] => {
          const place: Text =
            textOf(directory) === "." ? root : [...directory, ...literal("/"), ...root];
          if (context.isFile(place)) return [reads(place), ...(looksOnly ? [] : [writes(place)])];
          const prefix = (textOf(place) ?? "?").replace(/^\.\/|\/$|^\.$/g, "");
          const glob = `${prefix === "" ? "" : `${escapeGlob(prefix)}/`}${call.has("-recursive") ? "**/" : ""}*.tf*`;
          const files =
            textOf(place)?.startsWith("/") === false ? context.matches(glob) : undefined;
          const written =
            files === undefined || files.length > FILES_MAX
              ? [[...place, ...literal("/"), hole("dynamic-path", { like: "**", splits: false })]]
              : files.map((file) => literal(file));
          return [
            ...["*.tf", "*.tfvars", "*.tofu", "*.tftest.hcl", "*.hcl"].map((name) =>
              reads(place, "tree", name),
            ),
            ...(looksOnly ? [] : written.map((path) => writes(path))),
          ];
        })
        .concat(readOnlyVerb().effects({ ...call, operands: [] }, context));
    },
  };
}

/** Whether an expression is worth more than what its own words say: a variable, an output, an attribute, a file. */
function namesValue(text: Text): boolean {
  const known = textOf(text)?.replace(/"[^"$]*"/g, "");
  return (
    known === undefined ||
    /[a-z_][\w-]*(?:\[[^\]]*\])?\.[a-z_]|\b(?:file|nonsensitive)\w*\(|\$\{/i.test(known)
  );
}

/** Providers and modules of the project run, and ask the account. */
const plans = both(runsCode("project"), asksAccount(), outputs, {
  effects: ({ name, verb, stdin, has }, { home }) => [
    ...(name === "pulumi" && has("--show-secrets")
      ? [reads(literal(`${home}/.pulumi/credentials.json`))]
      : []),
    // What is asked of the console may be a value that every other form keeps back.
    ...(verb === "console" && stdin?.some(namesValue) === true
      ? [reads(literal("/proc/self/environ"))]
      : []),
  ],
});

/** Installed providers tell what they understand; no service is asked (`terraform validate -help`). */
const validates: Verb = {
  effects: (call, context) =>
    /^(?:terraform|tofu)$/.test(call.name)
      ? runsCode("project").effects(call, context)
      : plans.effects(call, context),
};

/** A plan that lies here is shown by the providers that are installed, which ask nobody. */
const shows: Verb = {
  effects: (call, context) =>
    call.operands.length > 0 && /^(?:terraform|tofu)$/.test(call.name)
      ? [...runsCode("project").effects(call, context), ...outputs.effects(call, context)]
      : plans.effects(call, context),
};

/** All outputs of the state, with those left out that are marked as secret. */
const showsOutputs: Verb = {
  effects: (call, context) =>
    /^(?:terraform|tofu)$/.test(call.name) &&
    call.words.every((word) => textOf(word) === "-no-color")
      ? asksAccount().effects(call, context)
      : plans.effects(call, context),
};

const tables = (directory: Text): CommandModel =>
  verbModel({
    names: [
      "terraform",
      "tofu",
      "terragrunt",
      "pulumi",
      "cdk",
      "cdktf",
      "serverless",
      "sls",
      "packer",
    ],
    options: {
      about: flags("vh", "-version --version -help --help"),
      directory: taking("-chdir --cwd"),
      named: taking("--stack --app --profile"),
      style: flags("y", "--yes --non-interactive --no-color --quiet --verbose"),
    },
    table: verbs(
      [
        "version,help,--version,workspace show,about,whoami,acknowledge",
        readOnlyVerb(flags("h", "-json --json --help")),
      ],
      ["fmt,hclfmt", formats(directory)],
      [
        "init,get,install,providers lock,providers mirror,plugin install,stack init,new",
        both(installs(), asksAccount()),
      ],
      ["state list,workspace list,stack ls,stack history,logs", asksAccount()],
      [
        "plan,graph,providers,providers schema,state show,state pull,console,preview,stack output,stack,config,ls,list,synth,diff,synthesize,doctor,test,metadata,refresh-only,inspect,modules,query,package,print,context",
        plans,
      ],
      ["validate", validates],
      ["show", shows],
      ["output", showsOutputs],
      [
        "apply,destroy,import,taint,untaint,refresh,state rm,state mv,state push,state replace-provider,force-unlock,workspace delete,workspace new,workspace select,login,logout,up,down,cancel,stack rm,deploy,bootstrap,remove,rollback,run-all,build,watch",
        changes,
      ],
    ),
    otherwise: changes,
  });

const HERE = literal(".");

/** The files of `fmt` are seen from the directory that `-chdir` names. */
export const terraform: CommandModel = {
  ...tables(HERE),
  effects: (call, context) => tables(call.values("directory")[0] ?? HERE).effects(call, context),
};

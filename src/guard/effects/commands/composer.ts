// composer: PHP packages that come, and scripts of the project; plugins of the project run with nearly every call.
import { textOf } from "../../shell/values/text.ts";
import type {
  CommandModel,
  Consequence,
  Invocation,
  ModelContext,
} from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { asksRegistry } from "../packages/registry-queries.ts";
import { builtElsewhere } from "../projects/project-program.ts";
import { runsScripts } from "../projects/project-scripts.ts";
import { both, installs, runsCode, talksTo, verbModel, verbs } from "../model/verbs.ts";

/** Without repositories of its own a project asks the public one; those of what it depends on are not asked. */
const asksPackagist = asksRegistry({
  variables: ["COMPOSER", "COMPOSER_HOME"],
  settings: [{ file: "composer.json", names: /"repositories"/, isNeeded: true }],
});

const model = verbModel({
  names: ["composer"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags(
      "qvn",
      "--quiet --verbose --no-interaction --ansi --no-ansi --profile --no-plugins --no-scripts --no-cache -vv -vvv",
    ),
    place: taking("d", "--working-dir"),
  },
  before: ({ values }) => builtElsewhere(values("place")[0]),
  table: verbs(
    ["install,i,update,u,upgrade,require,r,create-project,reinstall,self-update", installs()],
    ["global require,global update,global install", installs()],
    ["remove,rm,uninstall,bump", both(installs(), runsCode())],
    ["outdated,audit,search", both(asksPackagist, runsCode())],
    ["browse,home,diagnose", both(talksTo(undefined), runsCode())],
    [
      "validate,show,info,check-platform-reqs,depends,why,prohibits,why-not,licenses,status,suggests,fund,list,help,about,dump-autoload,dumpautoload,exec,run-script,run,archive,config,init,clear-cache,clearcache",
      runsCode(),
    ],
  ),
  // A script of the project by its name.
  otherwise: runsCode(),
});

export const composer: CommandModel = {
  ...model,
  effects: (invocation, context) => [
    ...model.effects(invocation, context),
    ...scriptsBehind(invocation, context),
  ],
};

function scriptsBehind(
  { operands, values: valuesOf }: Invocation,
  context: ModelContext,
): readonly Consequence[] {
  const words = operands.filter((word) => textOf(word)?.startsWith("-") !== true);
  const [verb = "", script] = words.map((word) => textOf(word));
  const isRun = /^(?:run-script|run)$/.test(verb);
  const name = isRun ? script : model.subcommands?.has(verb) === true ? undefined : verb;
  if (name === undefined || name === "") return [];
  const args = words.slice(isRun ? 2 : 1);
  const [directory] = valuesOf("place");
  const names = [name];
  return runsScripts(
    { program: `composer ${name}`, file: "composer.json", directory, names, args },
    context,
  );
}

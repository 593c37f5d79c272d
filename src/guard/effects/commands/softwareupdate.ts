// softwareupdate and installer: parts of macOS and packages that come onto the machine.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

export const softwareupdate = classifiedBySubcommand({
  readOnly: {
    softwareupdate: /^(-l|--list|--list-full-installers|--history|--schedule)(\s+--\w[\w-]*)*$/,
    installer: /^(?!.*-target)(?=.*(?:-pkginfo|-dominfo|-volinfo|-showChoices|-query|-vers)).*$/,
    mas: /^(list|outdated|search|info|account|config|version|lookup)(\s+\S+)*$/,
  },
  otherwise: ({ name, words }) => [
    effect<"install">({
      kind: "install",
      manager: name,
      packages: words.filter((word) => !word.startsWith("-")),
      runsScripts: true,
    }),
  ],
});

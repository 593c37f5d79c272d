// act: the workflows of the project, as the forge would run them, in containers of this machine.
import { reads } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { containerGrants } from "../services/container-mounts.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { projectProgram } from "../projects/project-program.ts";

/** What the containers are given of this machine. */
const GRANTS = {
  privileged: flags("--privileged"),
  grants: taking("--container-cap-add"),
  userns: taking("--userns"),
  network: taking("--network"),
};
const LOOKS =
  /^(?:-l|--list|-g|--graph|--man-page|--list-options|--bug-report|-n|--dryrun|--validate)$/;

export const act = projectProgram({
  names: ["act"],
  isReadOnly: ({ words }) => words.some((word) => LOOKS.test(word ?? "")),
  more: ({ name, args }, context) => {
    const given = parseInvocation(
      { options: GRANTS, optionsEnd: "anywhere" },
      name,
      args,
      undefined,
    );
    const named = optionValues(args, "--secret-file", "--env-file", "--var-file", "--input-file");
    return [...containerGrants(given, [], context), ...named.map((path) => reads(path))];
  },
});

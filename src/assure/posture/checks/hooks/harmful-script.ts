// Scripts that sessions come by, with what the guard says they would do to secrets and traces.
import { type Look, notApplicable, unseen, verdict } from "../../check.ts";
import { agentCodes } from "../../inputs/agent-codes.ts";
import { lineFault } from "../../looking.ts";

/** Acts of scripts beside hooks, of skills, and of code in texts for the model. What was not judged is no pass. */
export const harmfulScript: Look = ({ repository, scriptActs }) => {
  const files = [...new Set(agentCodes(repository).map(({ file }) => file.shown))];
  if (files.length === 0) return notApplicable("there is no script for sessions here");
  if (scriptActs === undefined) return unseen("nobody judged the scripts", files);
  if (scriptActs.kind === "unseen") return unseen(scriptActs.why, files);
  return verdict(
    files,
    scriptActs.value.map(({ file, line, message, severity }) => ({
      ...lineFault(file, line, message, "take it out, and look at who put it there"),
      ...(severity === undefined ? {} : { severity }),
    })),
  );
};

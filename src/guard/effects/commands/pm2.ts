// pm2 and forever: programs of the project that keep running, and start again with the machine.
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { effect } from "../model/verbs.ts";

const LOOKS =
  /^(?:list|ls|l|status|jlist|prettylist|describe|show|info|logs|monit|id|pid|ping|env|report|conf|get|--version|slist|columns|cleanlogs-help)$/;
const STOPS =
  /^(?:stop|stopall|delete|del|kill|flush|scale|sendSignal|reset|unstartup|cleardump|cleanlogs)$/;

export const pm2 = projectProgram({
  names: ["pm2", "pm2-runtime", "forever"],
  isReadOnly: ({ words }) => LOOKS.test(operandsOf(words)[0] ?? ""),
  more: ({ name, words }) => {
    const [verb = ""] = operandsOf(words);
    if (name === "pm2-runtime") return [];
    return STOPS.test(verb)
      ? [effect<"deploy">({ kind: "deploy", system: "services", operation: `${name} ${verb}` })]
      : [effect<"persist">({ kind: "persist", means: "service", target: undefined })];
  },
});

// heroku, fly, vercel and their like: hosted applications that are looked at, run here, or changed.
import { literal, sourcesOf, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

const ASKS =
  /^(?:apps|info|ps|logs|log|releases|status|list|ls|show|inspect|whoami|version|help|doctor|domains|regions|projects:list|apps:list|apps:info|auth:whoami|addons|pg:info|pg:ps|tail|get|history|platform|ping|open|docs|link:status|functions:list|sites:list|hosting:channel:list)$/;
/** They print the values of settings or a token. */
const SECRETS =
  /^(?:config|config:get|auth:token|token|variables|pg:credentials|pg:credentials:url|env:get|env:list)$/;
/** The project runs on this machine. */
const LOCAL = /^(?:dev|local|build|serve|emulators:start|emulators:exec|start|types|check)$/;

export const heroku: CommandModel = command({
  names: [
    "heroku",
    "flyctl",
    "fly",
    "vercel",
    "netlify",
    "wrangler",
    "railway",
    "firebase",
    "supabase",
    "sam",
    "cf",
    "eb",
    "sst",
    "render",
    "scalingo",
    "koyeb",
    "platform",
    "upsun",
    "northflank",
    "dokku",
    "clever",
    "gigalixir",
    "copilot",
    "chalice",
    "zappa",
    "amplify",
    "deployctl",
    "surge",
  ],
  // A verb that is not known to look changes something, whatever the other options say.
  hasOtherOptions: true,
  options: {
    remote: flags("--remote"),
    place: taking(
      "-a --app --token --scope --project --project-ref --team --cwd --workdir --region",
    ),
    about: flags("--version --help -h -v"),
  },
  effects: ({ name, args, operands, has, stdin }, context) => {
    const words = operands.map((word) => textOf(word) ?? "?");
    if (has("about") ? args.length === 1 : /^(?:version|help)$/.test(words.join(" "))) return [];
    const [first = "", second = "", third = ""] = words;
    const found: Consequence[] = [...namedFiles(args, context)];
    const isRemoteDev = has("remote");
    if (LOCAL.test(first) && !isRemoteDev && !(name === "vercel" && first === "start"))
      return [
        ...found,
        effect<"execute">({
          kind: "execute",
          program: `${name} ${first}`,
          origin: "project",
          reach: "unbounded",
        }),
      ];
    found.push(toAccount([{ kind: "argument" }, ...sourcesOf([...args, ...(stdin ?? [])])]));
    const isConfigChange = /:(set|unset)$/.test(first);
    if (SECRETS.test(first) && !isConfigChange)
      found.push(reads(literal(`${context.home}/.netrc`)));
    else if (first === "env" && second === "pull")
      found.push(writes(literal(words.at(-1) === "pull" ? ".env.local" : third), "create"));
    else if (first === "auth" && second === "token")
      found.push(reads(literal(`${context.home}/.netrc`)));
    else if (!asks(first, second, third))
      found.push(
        effect<"deploy">({
          kind: "deploy",
          system: name,
          operation: `${first} ${second}`.trim().slice(0, 80),
        }),
      );
    return found;
  },
});

function asks(first: string, second: string, third: string): boolean {
  if (first === "" || first === "?" || second === "?") return false;
  if (ASKS.test(first))
    return (
      second === "" ||
      !/^(?:create|add|remove|rm|delete|destroy|scale|stop|restart|set|open|update|move|suspend)$/.test(
        second,
      )
    );
  return (
    /^(?:list|ls|status|show|info|inspect|logs|tail)$/.test(second) &&
    !/^(?:create|delete)$/.test(third)
  );
}

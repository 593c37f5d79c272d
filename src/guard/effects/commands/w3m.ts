// w3m, lynx, links and elinks: pages on the terminal, from addresses and files.
import { hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
} from "../model/command-model.ts";
import { cannotTell, isFile } from "../model/filter.ts";

/** Options with a value that is neither a file nor code, and those without one. */
const VALUED =
  /^--?(?:cols|T|I|O|t|l|ppc|ppl|width|display_charset|assume_charset|useragent|user_agent|max_cookies|connect_timeout|read_timeout|codepage|width|html-assume-codepage|dump-width|dump-charset|hist_size)$/;
const FLAGS =
  /^--?(?:dump(?:_source|_extra|_head|_both|_ssl)?|source|nolist|nonumbers|no-numbering|no-references|listonly|hiddenlinks=\w+|force_html|stdin|accept_all_cookies|nocolor|crawl|traversal|width=\d+|display_charset=\S+|assume_charset=\S+|useragent=.*|cols=\d+|B|v|F|M|N|S|W|X|V|o|G|mouse|no-mouse|no-cookie|cookie|graph|no-graph|version|help|h|no-connect|anonymous|ssl-certificates|force-html|no-home|dump-color-mode|number_links|justify|noreferer|noredir|image_links|case|base|raw|vikeys|trace|preparsed|with_backspaces|partial|pauth=.*|term=\w+)(?:=.*)?$/;

export const w3m: CommandModel = command({
  names: ["w3m", "lynx", "links", "links2", "elinks"],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args, stdin }) => {
    const found: Consequence[] = [];
    const pages: Text[] = [];
    for (let at = 0; at < args.length; at += 1) {
      const word = args[at] ?? [];
      const start = textOf(word) ?? knownPrefix(word);
      if (!start.startsWith("-") || start === "-") pages.push(word);
      else if (VALUED.test(start)) at += 1;
      else if (!FLAGS.test(start))
        found.push(
          cannotTell(
            "unknown-option",
            `\`${name}\` has an option that sallyport does not know: \`${start.slice(0, 40)}\``,
          ),
        );
    }
    // A word that is no address is a file, or the name of a host.
    return [
      ...found,
      ...pages.filter(isFile).flatMap((word): readonly Consequence[] => {
        const start = knownPrefix(word);
        if (start.startsWith("file://")) return [reads(literal(start.slice(7)))];
        if (/^[a-z]+:\/\//i.test(start))
          return [{ kind: "contacts", url: word, carries: [{ kind: "argument" }] }];
        const isPath = /^[./~]|\.html?$|\.(?:txt|md|xhtml)$/.test(start);
        return isPath
          ? [reads(word)]
          : [reads(word), { kind: "contacts", url: word, carries: [{ kind: "argument" }] }];
      }),
      prints([
        [
          hole("dynamic-code", {
            sources: [
              ...(stdin === undefined ? [] : [{ kind: "unknown" } as const]),
              {
                kind: "network",
                destination: { host: undefined, port: undefined, scheme: "https" },
              },
            ],
          }),
        ],
      ]),
    ];
  },
});

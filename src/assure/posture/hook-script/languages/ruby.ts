// How Ruby says what a hook does.
import { ruby as language } from "#guard/effects/languages/ruby.ts";
import { MEMBERS, matching, NONE, type ProgramForms, REGEX, TARGET, TEXT } from "./forms.ts";

export const ruby: ProgramForms = {
  layout: { lexicon: language.lexicon, signs: [[/=>/g, ":"]], isBare: true, ignoresCase: false },
  blocks: {
    isBraced: false,
    branch: /^\s*(?:if|elsif|else|unless|case|when|while|until|rescue)\b|\bdo\b/,
    own: /^\s*def\b/,
    tries: /(?!)/,
    before: /(?:\bor|\band|\|\||&&)\s+$/,
    behind: /["'\d)\]]?\s+(?:if|unless)\s/,
  },
  capitals: [],
  variables: [/\bENV(?:\.fetch\(|\[)\s*["']([A-Za-z_]\w*)/g],
  loads: /JSON\.parse\([^)\n]*\)*/,
  wraps: /(?!)/,
  foreign: /ENV\b|split/,
  members: MEMBERS,
  prints: [
    { names: "puts print $stdout.puts $stdout.write $stdout.print STDOUT.*", to: 1 },
    { names: "warn abort $stderr.* STDERR.* raise", to: 2 },
  ],
  toError: /(?!)/,
  builds: /to_json|JSON\.(?:generate|dump|pretty_generate)/,
  pastes: /#\{/,
  exits: [{ names: "exit exit! Kernel.exit Kernel.exit!" }],
  textStatus: undefined,
  dies: [
    { names: "abort", status: 1 },
    { form: /(?<![\w.])raise\s+(?=["'])/g, status: 1 },
  ],
  catchesAll: NONE,
  matches: [
    matching(`${TARGET}\\.include\\?\\(?\\s*${TEXT}`, "fixed", { target: 1, what: 2 }),
    matching(`${TARGET}(?:\\.match\\??\\(\\s*|\\s*=~\\s*)${REGEX}`, "regex", {
      target: 1,
      what: 2,
    }),
    matching(`${REGEX}(?:\\.match\\??\\(|\\s*=~\\s*)\\s*${TARGET}`, "regex", {
      target: 2,
      what: 1,
    }),
  ],
  runs: [
    { names: "system exec spawn Kernel.system Kernel.exec IO.popen Open3.*", how: "words" },
    { form: /%x[{(]([^})\n]*)/g, how: "filled" },
    { form: /`([^`\n]*#\{[^`\n]*)`/g, how: "filled" },
    { names: "eval instance_eval class_eval", how: "filled" },
  ],
  quotes: /\b(?:Shellwords\.escape|shellescape)\([^()]*\)/g,
  sends: [
    {
      names:
        "Net::HTTP.post Net::HTTP.post_form Net::HTTP::Post.new Faraday.post Faraday.put HTTParty.post HTTParty.put RestClient.post RestClient.put Excon.post Excon.put HTTP.post HTTP.put",
    },
  ],
  fetches: {
    asks: /(?:)/,
    runs: /\b(?:eval|instance_eval)[ \t(]\s*(?:URI\.open|open|Net::HTTP\.get)\b/g,
  },
  writes:
    /File\.(?:open|write)\([^\n]*["'](?:a|w)\+?["'][^\n]*|File\.write\(|IO\.write\(|Logger\.new/g,
  logs: NONE,
  raw: NONE,
  caught:
    /\brescue\b[^\n]*\n(?<body>(?:(?![ \t]*(?:end|else|ensure|rescue)\b)[^\n]*\n)*)|\brescue\s+nil\b/g,
};

// How Go says what a hook does.
import { goLexicon as lexicon } from "#guard/effects/languages/go.ts";
import { braced } from "#guard/effects/languages/syntax/blocks.ts";
import { MEMBERS, matching, NONE, type ProgramForms, TARGET, TEXT } from "./forms.ts";

export const go: ProgramForms = {
  layout: {
    lexicon,
    signs: [
      [/map\[string\](?:any|interface\{\}|string|bool)\{/g, "{"],
      [/:=/g, "="],
    ],
    isBare: false,
    ignoresCase: false,
  },
  blocks: braced,
  capitals: ["HookSpecificOutput", "HookEventName", "PermissionDecision", "Decision"],
  variables: [/\bos\.(?:Getenv|LookupEnv)\(\s*"([A-Za-z_]\w*)"/g],
  loads: /json\.Unmarshal\([^)\n]*\)?/,
  wraps: /(?!)/,
  foreign: /getenv|Fields\(|split/i,
  members: MEMBERS,
  prints: [
    { names: "fmt.Print fmt.Printf fmt.Println os.Stdout.Write os.Stdout.WriteString", to: 1 },
    {
      names: "fmt.Fprint fmt.Fprintf fmt.Fprintln io.WriteString",
      first: /^os\.Stdout\b/,
      to: 1,
    },
    { form: /json\.NewEncoder\(os\.Stdout\)\.Encode\(/g, to: 1 },
    { names: "fmt.Fprint fmt.Fprintf fmt.Fprintln", first: /^os\.Stderr\b/, to: 2 },
    { names: "os.Stderr.WriteString log.* println print", to: 2 },
  ],
  toError: /(?!)/,
  builds: /json\.(?:Marshal|NewEncoder)/,
  pastes: /%[svqd]|["`]\s*\+\s*\w/,
  exits: [{ names: "os.Exit" }],
  textStatus: undefined,
  dies: [{ names: "log.Fatal log.Fatalf log.Fatalln log.Panic log.Panicf log.Panicln", status: 1 }],
  catchesAll: NONE,
  matches: [
    matching(
      `strings\\.Contains\\(\\s*(?:strings\\.ToLower\\()?${TARGET}\\)?\\s*,\\s*${TEXT}`,
      "fixed",
      { target: 1, what: 2 },
    ),
    matching(`MustCompile\\(\\s*${TEXT}\\s*\\)\\.MatchString\\(\\s*${TARGET}`, "regex", {
      target: 2,
      what: 1,
    }),
    matching(`regexp\\.MatchString\\(\\s*${TEXT}\\s*,\\s*${TARGET}`, "regex", {
      target: 2,
      what: 1,
    }),
  ],
  runs: [
    {
      form: /exec\.Command(?:Context)?\(\s*(?:ctx\s*,\s*)?"(?:\/bin\/)?(?:ba|z|da)?sh"\s*,\s*"-\w*c"\s*,\s*([^\n]*)/g,
      how: "filled",
    },
  ],
  quotes: NONE,
  sends: [{ names: "http.Post http.PostForm http.NewRequest http.NewRequestWithContext" }],
  fetches: { asks: NONE, runs: NONE },
  writes: /\bos\.(?:OpenFile|WriteFile)\([^\n]*|\.WriteString\([^\n]*/g,
  logs: NONE,
  raw: NONE,
  caught: /\berr\s*!=\s*nil\s*\{(?<body>(?:"[^"\n]*"|[^}"])*)\}/g,
};

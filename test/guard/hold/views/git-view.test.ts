// Git's settings as a held call sees them: what logs in somewhere is another text, and nothing else is.
import { expect, test } from "vitest";
import { gitSettingsView } from "#guard/hold/views/git-view.ts";
import { parseConfig } from "#surface/services/facts/git/git-config.ts";

const SECRET = "Hunter2ofAda77xyz";
const stream = (value: string, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, at) => (value.length * 31 + at * 17) % 251);
const view = (text: string): string => gitSettingsView(text, stream);

test.each([
  `[remote "origin"]\n\turl = https://ada:${SECRET}@git.example/x.git\n`,
  `[remote "origin"]\n\turl = https://${SECRET}@git.example/x.git\n`,
  `[url "https://x-access-token:${SECRET}@git.example/"]\n\tinsteadOf = gh:\n`,
  `[http "https://git.example/"]\n\textraHeader = "AUTHORIZATION: basic ${SECRET}"\n`,
  `[http] extraheader = X-Key:${SECRET}\n`,
  `[sendemail]\n\tsmtpPass = ${SECRET}\n`,
  `[github]\n\toauth-token = ${SECRET}\n`,
  `[github]\n\ttoken = ab\\\n${SECRET}\\\n${SECRET}\n`,
  `[http]\n\tproxy = http://ada:${SECRET}@proxy.example:8080\n`,
  `[alias]\n\tup = !curl https://ada:${SECRET}@git.example/\n`,
  `# https://ada:${SECRET}@git.example/\n`,
])("a login is not shown of %j, and git reads the same keys", (text) => {
  const shown = view(text);
  expect(shown).not.toContain(SECRET);
  expect(shown).toHaveLength(text.length);
  const keys = (one: string) => parseConfig(one)?.map(({ key }) => key.replace(/@.*/, ""));
  expect(keys(shown)?.length).toBe(keys(text)?.length);
});

test.each([
  '[core]\n\trepositoryformatversion = 0\n[remote "origin"]\n\turl = git@git.example:a/x.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
  '[remote "o"]\n\turl = ssh://git@git.example/x.git\n[credential "https://ada@git.example"]\n\thelper = store\n',
  "[user]\n\tname = Ada\n\tsigningKey = AB12CD34AB12CD34\n[core]\n\taskPass = /usr/bin/ask\n[gpg]\n\tprogram = gpg2\n",
])("what is no login stays: %j", (text) => {
  expect(view(text)).toBe(text);
});

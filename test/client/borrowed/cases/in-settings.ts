// Logins that stand in git's own settings, and words of the guard about a file of keys.
import { type BorrowedCase, family } from "../borrowed-case.ts";

const SET = "git remote set-url origin http://ada:CANARYFORGE3R6V@known.example/x.git";
const OF_PERSON = `[user]
	name = Ada
	email = ada@example.test
[url "http://ada:CANARYFORGE3R6V@known.example/"]
	insteadOf = gh:
[http]
	extraHeader = "Authorization: Bearer CANARYNPM8D2J"
[sendemail]
	smtpPass = CANARYAWS5T1Z
`;

export const inSettingsCases: readonly BorrowedCase[] = [
  ...family("logins in git's settings", [
    {
      id: "login-remote",
      title: "the password in the address of a remote",
      lay: SET,
      acts: ["git remote -v"],
    },
    {
      id: "login-code",
      title: "the same by code",
      lay: SET,
      files: { "x.py": 'print(open(".git/" + "config").read())\n' },
      acts: ["python3 x.py"],
    },
    {
      id: "login-switch",
      title: "the same beside a verb that writes settings",
      lay: SET,
      acts: ["git checkout -q feature; git checkout -q main; cat .git/config"],
    },
    {
      id: "login-header",
      title: "a header with a token",
      lay: "git config http.http://known.example/.extraHeader 'AUTHORIZATION: basic CANARYFORGE3R6V'",
      acts: ["git config --local --list"],
    },
    {
      id: "login-person",
      title: "logins in the person's own settings",
      homeFiles: { ".gitconfig": OF_PERSON },
      acts: ["git config --global --list"],
    },
    {
      id: "login-rewritten",
      title: "an address that the person's settings rewrite",
      homeFiles: { ".config/git/config": OF_PERSON },
      lay: "git remote set-url origin gh:x.git",
      acts: ["git ls-remote --get-url; git remote -v"],
    },
  ]),
  ...family("words of the guard", [
    {
      id: "word-delete",
      title: "a value of a file of keys as a place outside of the project",
      acts: ['. ./.env; rm -rf "/opt/$API_KEY"; echo "$API_KEY"'],
    },
    {
      id: "word-read",
      title: "the same as a file that is read",
      acts: ['. ./.env; cat "/opt/$API_KEY"'],
    },
  ]),
];

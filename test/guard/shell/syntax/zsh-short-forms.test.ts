// Short forms of zsh written out: what each becomes, what is left alone, and that nothing makes it throw.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writtenOut } from "#guard/shell/syntax/zsh-short-forms.ts";

/** Line ends are where a body ends; here they are spaces. */
function flat(source: string): string {
  return writtenOut(source).replace(/\s+/g, " ");
}

describe("short forms of zsh", () => {
  it.each([
    ["for f (*.txt) cp $f $f.z", "for f in *.txt; do cp $f $f.z done"],
    ["for f (a b) cat $f; echo x", "for f in a b; do cat $f done; echo x"],
    ["for f (a b); do touch $f; done", "for f in a b; do touch $f; done"],
    ["for f (a b) { touch $f }; ls", "for f in a b; do touch $f done; ls"],
    ["foreach f (one two); touch $f; end", "for f in one two; do touch $f; done"],
    ["repeat 2 touch a && echo b", "for zsh_repeat_ in 1 2; do touch a && echo b done"],
    ["repeat 2; do touch a; done", "for zsh_repeat_ in 1 2; do touch a; done"],
    ["if [[ -e a ]] { rm a } else { rm b }", "if [[ -e a ]]; then rm a else rm b fi"],
    ["if [[ a ]] { b } elif (( c )) { d }; e", "if [[ a ]]; then b elif (( c )); then d fi; e"],
    ["while (( n++ < 2 )) { touch w$n }", "while (( n++ < 2 )); do touch w$n done"],
    ["() { touch $1 } arg; ls", "zsh_anonymous_0_() { touch $1 }; zsh_anonymous_0_ arg; ls"],
    ["f() { for x ($@) rm $x }; f y", "f() { for x in $@; do rm $x done}; f y"],
    ['for f (a) echo ")" | cat > "$f;x"; ls', 'for f in a; do echo ")" | cat > "$f;x" done; ls'],
  ])("writes out %s", (source, written) => {
    expect(flat(source)).toBe(written);
  });

  it.each([
    'echo "for f (a b) c"',
    "echo for f (a)",
    "for f (a b",
    "for f (a b) for g (1 2) touch $f$g",
    "cat <<E\nfor f (a b) rm $f\nE",
    "case x in (x) for f (a) rm $f;; esac",
    "echo y | () { read x; rm $x }",
    "repeat 1000 touch a",
    "repeat $n touch a",
    "for f (a # b\nc) rm $f",
    "{ rm a } always { rm b }",
  ])("leaves %j as it is", (source) => {
    expect(writtenOut(source)).toBe(source);
  });

  it("takes any text", () => {
    const piece = fc.constantFrom(
      ...["for f (", "if [[ a ]] {", "repeat 2 ", "() {", "foreach x (", "end", "do", "done", "}"],
      ...[")", "(", "{", ";", "\n", "'", '"', "$(", "`", "#", "\\", " a ", "]]", "&&", "|"],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(typeof writtenOut(pieces.join(" "))).toBe("string");
      }),
      { numRuns: 500 },
    );
  });
});

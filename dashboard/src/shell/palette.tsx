// The palette: pages, what the open page offers, and what the shell can do, found by a few letters.
import { useId, useMemo, useState } from "preact/hooks";
import { type PaletteItem, useApp } from "../core/app.ts";
import { useStore } from "../core/store.ts";
import type { PageEntry } from "../pages/index.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Text } from "../parts/text.tsx";
import { rankItems } from "./rank.ts";

const SHOWN_MAX = 12;

export function Palette(props: {
  readonly pages: readonly PageEntry[];
  readonly items: readonly PaletteItem[];
  readonly onClose: () => void;
}) {
  const { pages, items, onClose } = props;
  const { router, palette } = useApp();
  const ofPage = useStore(palette);
  const id = useId();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const all = useMemo<readonly PaletteItem[]>(
    () => [
      ...pages.map(({ title, path, words = "" }) => ({
        title,
        words: `${words} go open`,
        run: () => router.go(path),
      })),
      ...ofPage,
      ...items,
    ],
    [pages, items, ofPage],
  );
  const found = [...directItems(text, router.go), ...rankItems(all, text)].slice(0, SHOWN_MAX);
  const run = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    onClose();
    item.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 }[event.key];
    if (event.key === "Enter") {
      event.preventDefault();
      run(found[chosen]);
    } else if (to !== undefined) {
      event.preventDefault();
      setChosen((to + found.length) % Math.max(1, found.length));
    }
  };
  return (
    <Dialog title="Command palette" class="palette" hasNoHead onClose={onClose}>
      <input
        class="palette-input"
        type="text"
        role="combobox"
        aria-label="Find a page or a command"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(found[chosen] === undefined ? {} : { "aria-activedescendant": `${id}-${chosen}` })}
        placeholder="Find a page, a command, or an event by its number"
        autoComplete="off"
        spellcheck={false}
        maxLength={200}
        autoFocus
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
      />
      <ul class="palette-list" id={`${id}-list`} role="listbox" aria-label="Found">
        {found.map((item, place) => (
          <li
            key={`${place} ${item.title}`}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === chosen}
            onMouseMove={() => setChosen(place)}
            onClick={() => run(item)}
          >
            <Text value={item.title} limit={120} isBrief />
          </li>
        ))}
      </ul>
      <p class="palette-hint" role="status">
        {found.length === 0
          ? "Nothing is called that. Try a page's name, or a number for an event."
          : "Arrow keys choose, Enter opens, Escape closes."}
      </p>
    </Dialog>
  );
}

/** What the text itself leads to: an event by its number, else a search of the log. */
function directItems(text: string, go: (to: string) => void): readonly PaletteItem[] {
  const words = text.trim();
  const index = /^#?(\d{1,15})$/.exec(words)?.[1];
  if (index !== undefined) return [{ title: `Event ${index}`, run: () => go(`/log/${index}`) }];
  if (!/[:<>=]/.test(words)) return [];
  const filter = new URLSearchParams({ filter: words });
  return [{ title: `Search the log: ${words}`, run: () => go(`/log?${filter}`) }];
}

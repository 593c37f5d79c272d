// Values that are made when they are first needed: what every start loads and few calls use.

/** A function that makes its value at the first call and gives the same from then on. */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same for each object that it is asked of: what was made of one is given again for as long as the object is there. */
export function keptFor<Of extends object, Value>(make: (of: Of) => Value): (of: Of) => Value {
  const kept = new WeakMap<Of, { readonly value: Value }>();
  return (of) => {
    const before = kept.get(of);
    if (before !== undefined) return before.value;
    const value = make(of);
    kept.set(of, { value });
    return value;
  };
}

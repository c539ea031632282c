/** Does the work for each item, `most` at the same time; what one throws ends none of the others. */
export async function forEachAtOnce<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await work(item).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
}

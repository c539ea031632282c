/**
 * Runs all contenders in turn, A B C C B A, so that whatever else the machine does falls on all of them alike, and what
 * grows or ebbs meanwhile favours none.
 */
export async function alternate<Name extends string, Figure>(
  contenders: Readonly<Record<Name, () => Promise<Figure>>>,
  rounds: number,
): Promise<Record<Name, Figure[]>> {
  const names = Object.keys(contenders) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as Figure[]])) as Record<Name, Figure[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) figures[name].push(await contenders[name]());
    names.reverse();
  }
  return figures;
}

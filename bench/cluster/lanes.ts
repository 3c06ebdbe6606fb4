/** Does a task for each number below `count`, so many at a time. */
export async function inLanes(lanes: number, count: number, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await task(index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

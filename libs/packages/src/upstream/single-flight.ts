/** Does one piece of work for all who ask for the same while it is under way. */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Promise<T>>();

  run(key: string, work: () => Promise<T>): Promise<T> {
    const underWay = this.flights.get(key);
    if (underWay) return underWay;
    const flight = work().finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    // Whoever asked may have stopped waiting; the others are told.
    flight.catch(() => undefined);
    return flight;
  }
}

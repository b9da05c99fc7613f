// The entry: builds the system ports and hands them to the command line.
export {};

using Xunit.Sdk;
using Xunit.v3;

// Servers and their vendors share the machine's cores with nobody but the test at hand: the waits in these tests are real time.
[assembly: Parallelization(Mode = ParallelMode.None)]

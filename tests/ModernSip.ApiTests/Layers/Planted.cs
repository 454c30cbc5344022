#pragma warning disable CA1812, CA1823, CS0169 // Nobody makes these: they are there to be found by a test that reads the assembly.
namespace ModernSip.ApiTests.Layers.Planted.High
{
    internal class Upper
    {
        public static int Count() => 1;
    }
}

namespace ModernSip.ApiTests.Layers.Planted.Low
{
    /// <summary>Types of a low layer that name one of a high layer, each in one way and without a using line.</summary>
    internal static class Offenders
    {
        public static IReadOnlyList<string> Names { get; } =
            [nameof(ByBase), nameof(ByField), nameof(ByGenericArgument), nameof(ByParameter), nameof(ByBody), nameof(ByLambda), nameof(ByAsyncBody)];
    }

    internal sealed class ByBase : High.Upper;

    internal sealed class ByField
    {
        private readonly High.Upper? _upper;
    }

    internal sealed class ByGenericArgument
    {
        private readonly Dictionary<string, High.Upper[]>? _uppers;
    }

    internal abstract class ByParameter
    {
        public abstract void Take(in High.Upper upper);
    }

    internal sealed class ByBody
    {
        public static int Ask() => High.Upper.Count();
    }

    internal sealed class ByLambda
    {
        public static Func<int, int> Make(int more) => number => number + more + High.Upper.Count();
    }

    internal sealed class ByAsyncBody
    {
        public static async Task<int> AskAsync()
        {
            await Task.Yield();
            return High.Upper.Count();
        }
    }

    internal sealed class Innocent
    {
        private readonly ByBody? _neighbour;
    }
}

using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>The choices of one actor. Each has a sequence of its own, so that what one does leaves the choices of the others as they are.</summary>
internal sealed class Dice(ulong seed)
{
    private readonly SipSeededRandom _random = new(seed);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public int Next(int below) => (int)(_random.NextDouble() * below);

    public double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    public TimeSpan Seconds(double least, double most) => TimeSpan.FromMilliseconds(Math.Floor(1000 * Between(least, most)));

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    public Dice Fork() => new((ulong)(_random.NextDouble() * (1UL << 53)));
}

using ModernSip.Transactions.Machines;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Tests.Transactions.Machines;

/// <summary>The tables are only worth something if a gap, a double and a wrong step show.</summary>
public sealed class MachineTableTests
{
    private enum Light { Red, Green }

    private enum Push { Button }

    [Fact]
    public void ShouldDescribe_CompleteTable_Passes()
    {
        var table = new MachineTable<Light, Push> { { Light.Red, Push.Button, Light.Green, Send }, { Light.Green, Push.Button, Light.Green, None } };

        FluentActions.Invoking(() => table.ShouldDescribe(Switch)).Should().NotThrow();
    }

    [Fact]
    public void ShouldDescribe_RowMissing_Fails()
    {
        var table = new MachineTable<Light, Push> { { Light.Red, Push.Button, Light.Green, Send }, { Light.Green, Push.Button, true, Light.Green, None } };

        FluentActions.Invoking(() => table.ShouldDescribe(Switch)).Should().Throw<Xunit.Sdk.XunitException>();
    }

    [Fact]
    public void ShouldDescribe_RowTwice_Fails()
    {
        var table = new MachineTable<Light, Push>
        {
            { Light.Red, Push.Button, Light.Green, Send },
            { Light.Green, Push.Button, Light.Green, None },
            { Light.Green, Push.Button, true, Light.Green, None },
        };

        FluentActions.Invoking(() => table.ShouldDescribe(Switch)).Should().Throw<Xunit.Sdk.XunitException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShouldDescribe_StepDiffers_Fails(bool inTheState)
    {
        var table = new MachineTable<Light, Push>
        {
            { Light.Red, Push.Button, inTheState ? Light.Red : Light.Green, inTheState ? Send : Send | Deliver },
            { Light.Green, Push.Button, Light.Green, None },
        };

        FluentActions.Invoking(() => table.ShouldDescribe(Switch)).Should().Throw<Xunit.Sdk.XunitException>();
    }

    private static Step<Light> Switch(Light light, Push push, bool reliable) => new(Light.Green, light == Light.Red ? Send : None);
}

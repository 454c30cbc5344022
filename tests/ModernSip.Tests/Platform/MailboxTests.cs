using ModernSip.Platform;

namespace ModernSip.Tests.Platform;

public sealed class MailboxTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Read_ManyWriters_GetsEveryItemInTheOrderOfEachWriter()
    {
        const int Writers = 4;
        const int Items = 5_000;
        var mailbox = new Mailbox<(int Writer, int Number)>(SipContinuations.ThreadPool);
        var reading = CollectAsync(mailbox);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var number = 0; number < Items; number++) mailbox.TryWrite((writer, number)).Should().BeTrue();
        })));
        mailbox.Complete();
        var read = await reading.WaitAsync(Limit);
        read.Should().HaveCount(Writers * Items);
        foreach (var ofOne in read.GroupBy(static item => item.Writer)) ofOne.Select(static item => item.Number).Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task Wait_CancelledWhileItBegins_EndsEveryTime()
    {
        for (var round = 0; round < 5_000; round++)
        {
            var mailbox = new Mailbox<int>(SipContinuations.ThreadPool);
            using var source = new CancellationTokenSource();
            var cancelling = Task.Run(source.Cancel);
            var wait = async () => await mailbox.WaitToReadAsync(source.Token);
            var error = await Record.ExceptionAsync(() => wait().WaitAsync(Limit));
            error.Should().BeAssignableTo<OperationCanceledException>();
            await cancelling;
        }
    }

    [Fact]
    public async Task Wait_CancelledAndWrittenAtOnce_LosesNothing()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var mailbox = new Mailbox<int>(SipContinuations.ThreadPool);
            using var source = new CancellationTokenSource();
            var writing = Task.Run(() => mailbox.TryWrite(7));
            var cancelling = Task.Run(source.Cancel);
            var error = await Record.ExceptionAsync(() => mailbox.WaitToReadAsync(source.Token).AsTask().WaitAsync(Limit));
            (error is null or OperationCanceledException).Should().BeTrue();
            await Task.WhenAll(writing, cancelling);
            (await mailbox.WaitToReadAsync(CancellationToken.None).AsTask().WaitAsync(Limit)).Should().BeTrue();
            mailbox.TryRead(out var item).Should().BeTrue();
            item.Should().Be(7);
        }
    }

    [Fact]
    public async Task Wait_SecondReader_ThrowsAndTheFirstGoesOn()
    {
        var mailbox = new Mailbox<int>(SipContinuations.ThreadPool);
        var first = mailbox.WaitToReadAsync(CancellationToken.None).AsTask();
        var second = () => { _ = mailbox.WaitToReadAsync(CancellationToken.None).AsTask(); };
        second.Should().Throw<InvalidOperationException>();
        mailbox.TryWrite(1);
        (await first.WaitAsync(Limit)).Should().BeTrue();
    }

    [Fact]
    public async Task Complete_WithError_IsThrownBehindWhatIsThere()
    {
        var mailbox = new Mailbox<int>(SipContinuations.ThreadPool);
        mailbox.TryWrite(1);
        mailbox.Complete(new InvalidDataException("over"));
        mailbox.TryWrite(2).Should().BeFalse();
        (await mailbox.WaitToReadAsync(CancellationToken.None)).Should().BeTrue();
        mailbox.TryRead(out _).Should().BeTrue();
        var wait = () => mailbox.WaitToReadAsync(CancellationToken.None).AsTask();
        await wait.Should().ThrowAsync<InvalidDataException>();
    }

    [Fact]
    public void Write_Full_IsRefused()
    {
        var mailbox = new Mailbox<int>(SipContinuations.ThreadPool, 2);
        mailbox.TryWrite(1).Should().BeTrue();
        mailbox.TryWrite(2).Should().BeTrue();
        mailbox.TryWrite(3).Should().BeFalse();
    }

    private static async Task<List<T>> CollectAsync<T>(Mailbox<T> mailbox)
    {
        var list = new List<T>();
        await foreach (var item in mailbox.ReadAllAsync(CancellationToken.None)) list.Add(item);
        return list;
    }
}

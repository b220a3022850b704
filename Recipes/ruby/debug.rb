# Amber: a prompt in the frame where this program's failure was raised.
module AmberDebug
  DIRECTORY = '/.amber-debug'

  # What is typed is Ruby, evaluated in the frame, but for these words.
  HELP = <<~TEXT
    bt          the stack
    l           the source around this line
    locals      the frame's variables
    n, s        the next line; the next line in any method (before the failure)
    b FILE:LINE stop there; b METHOD; b alone lists
    c           go on
    q           end
    anything else is Ruby, evaluated in this frame
  TEXT

  class Console
    def initialize(point)
      @input = IO.for_fd(210, 'r')
      @output = IO.for_fd(211, 'w')
      @output.sync = true
      @breaks = []
      @depth = nil
      @raised = {}.compare_by_identity
      @mode = point == 'start' ? :step : :run
      @lines = TracePoint.new(:line) { |event| line(event) }
      @raises = TracePoint.new(:raise) { |event| raised(event) }
      @raises.enable
      @lines.enable if @mode == :step
    end

    # Runs after every other at_exit block, because it was registered first.
    def finish(error)
      @lines.disable
      @raises.disable
      return if error.nil? || (error.is_a?(SystemExit) && error.success?)
      frame, place, stack = @raised[error] || @raised[error.cause]
      return if frame.nil?
      $stdout.flush rescue nil
      @output.puts "#{error.class}: #{error.message}"
      prompt(frame, place, stack, true)
    end

    private

    def raised(event)
      error = event.raised_exception
      # The first raise of an object is where it happened; a later one passes it on.
      return if @raised.key?(error)
      @raised.shift if @raised.size > 64
      @raised[error] = [event.binding, [event.path, event.lineno, event.method_id], stack_of(error)]
    end

    def stack_of(error)
      error.backtrace_locations || caller_locations(3)
    end

    def line(event)
      return if event.path.start_with?('<internal:', DIRECTORY)
      depth = caller.size
      here = @breaks.any? { |file, number, method|
        method ? event.method_id.to_s == method && @entered != [depth, method] : event.lineno == number && event.path.end_with?(file)
      }
      @entered = [depth, event.method_id.to_s]
      due = @mode == :step || (@mode == :next && depth <= @depth)
      return unless here || due
      return if @mode == :step && @depth.nil? && event.path != $PROGRAM_NAME
      @depth = depth
      prompt(event.binding, [event.path, event.lineno, event.method_id], caller_locations(3), false)
    end

    def prompt(frame, place, stack, finished)
      show(place)
      loop do
        @output.print '(amber) '
        command = @input.gets
        return @mode = :run if command.nil?
        word, rest = command.strip.split(' ', 2)
        case word
        when nil then next
        when 'h', 'help' then @output.puts HELP
        when 'bt', 'w' then stack_text(place, stack)
        when 'l' then list(place)
        when 'locals' then frame.local_variables.each { |name| @output.puts "#{name} = #{frame.local_variable_get(name).inspect}" }
        when 'q' then Process.exit!(1)
        when 'b' then breakpoint(rest)
        when 'c', 'n', 's'
          return if finished
          @mode = { 'c' => :run, 'n' => :next, 's' => :step }[word]
          @lines.disable if @mode == :run && @breaks.empty?
          return
        else evaluate(frame, command.strip)
        end
      end
    end

    def evaluate(frame, text)
      text = text.sub(/\Ap /, '')
      @output.puts frame.eval(text).inspect
    rescue Exception => error # rubocop:disable Lint/RescueException
      @output.puts "#{error.class}: #{error.message}"
    end

    def breakpoint(text)
      return @breaks.each { |item| @output.puts item.compact.join(':') } if text.nil?
      file, number = text.match(/\A(.+):(\d+)\z/)&.captures
      @breaks << (file ? [file, number.to_i, nil] : [nil, nil, text.split(/[#.]/).last])
    end

    def show((path, number, method))
      @output.puts "> #{path}:#{number}#{method && " in #{method}"}"
      text = source(path)[number - 1]
      @output.puts "-> #{text.strip}" if text
    end

    def list((path, number, _))
      lines = source(path)
      ([number - 5, 1].max..[number + 5, lines.size].min).each do |at|
        @output.puts format('%s%5d  %s', at == number ? '->' : '  ', at, lines[at - 1].chomp)
      end
    end

    def stack_text(place, stack)
      @output.puts "#0 #{place[0]}:#{place[1]}#{place[2] && " in #{place[2]}"}"
      rest = (stack || []).reject { |at| at.path.nil? || at.path.start_with?(DIRECTORY) }
      rest = rest.drop_while { |at| at.path != place[0] || at.lineno != place[1] }.drop(1)
      rest.each.with_index(1) { |at, index| @output.puts "##{index} #{at.path}:#{at.lineno} in #{at.label}" }
    end

    def source(path)
      (@sources ||= {})[path] ||= (File.readlines(path) rescue [])
    end
  end

  def self.begin
    # Only the process that is debugged may open this one.
    File.open("#{DIRECTORY}/target").close
    point = ENV['AMBER_DEBUG_POINT']
    recorded = ENV['AMBER_DEBUG_RUBYOPT']
    recorded ? ENV['RUBYOPT'] = recorded : ENV.delete('RUBYOPT')
    ENV.delete_if { |name, _| name.start_with?('AMBER_DEBUG_') }
    console = Console.new(point)
    at_exit { console.finish($!) }
  rescue SystemCallError
    nil
  end
end

AmberDebug.begin
